// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Unavailable describes why the state of a resource cannot be observed.
type Unavailable struct {
	// Reason and Message explain the conditions that are unknown.
	Reason  condition.Reason
	Message string
}

// EngineUnavailable describes an engine that was lost with err. It returns false
// while reason is empty: then the first attempt to reach the engine has not
// ended.
func EngineUnavailable(reason condition.Reason, err error) (Unavailable, bool) {
	if reason == condition.ReasonEngineError {
		return Unavailable{Reason: reason, Message: condition.EngineFailed(err)}, true
	}
	return Unavailable{Reason: reason, Message: condition.EngineAway(err)}, reason != ""
}

// Unreadable describes a resource whose own objects could not be read.
// attempts counts the failed reads before this one; it returns false for the
// first one, which may succeed when it is repeated.
func Unreadable(err error, attempts int) (Unavailable, bool) {
	return Unavailable{Reason: UnavailableReason(err), Message: err.Error()}, attempts > 0
}

// UnavailableReason returns the reason for a failed read of the engine.
func UnavailableReason(err error) condition.Reason {
	switch engine.CodeOf(err) {
	case engine.Timeout:
		return condition.ReasonEngineUnresponsive
	case engine.Unreachable:
		return condition.ReasonEngineUnreachable
	}
	return condition.ReasonEngineError
}

// OutcomeUnknown reports whether an engine call that failed with err may have
// had its effect.
func OutcomeUnknown(err error) bool { return outcomeUnknown(engine.CodeOf(err)) }

// Conditions returns the conditions of k while its state cannot be observed:
// what follows from the manifest stays, and everything else is unknown.
func (u Unavailable) Conditions(w World, k spec.Key) []condition.Condition {
	known := Conditions(w, Decision{Key: k}, nil)
	next := make([]condition.Condition, 0, len(known)+1)
	for _, c := range known {
		switch condition.Type(c.Type) {
		case condition.Accepted, condition.Suspended:
		case condition.Reconciling, condition.Stalled, condition.CrashLooping, condition.LabelsCopied, condition.MemoryPressure, condition.CPUThrottled:
			continue
		default:
			c.Status, c.Reason, c.Message = "Unknown", string(u.Reason), u.Message
		}
		next = append(next, c)
	}
	next = append(next, condition.Make(condition.Reconciling, "True", u.Reason, u.Message, w.Desired.Objects[k].Generation))
	return condition.Merge(nil, next, w.Now)
}
