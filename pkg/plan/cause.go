// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// RootCause is the first resource down a chain of blockers that fails of itself.
type RootCause struct {
	Key     spec.Key
	Reason  condition.Reason
	Message string
}

// FindRootCause follows what blocks d to the first resource that nothing else
// blocks; false when nothing blocks d and its resource does well.
func FindRootCause(w World, d Decision) (RootCause, bool) {
	seen := map[spec.Key]bool{}
	var last *Blocker
	for !seen[d.Key] {
		seen[d.Key] = true
		if len(d.Blocked) == 0 {
			break
		}
		b := worst(d.Blocked)
		if b.Key == d.Key || b.Key == (spec.Key{}) || !chained(b.Reason) {
			return RootCause{d.Key, b.Reason, b.Message}, true
		}
		last = &b
		d = Decide(w, b.Key)
	}
	v := viewOf(w, d)
	if h := v.healthy(); v.state != nil && v.state.Running() && h.Status != "True" {
		return RootCause{d.Key, condition.Reason(h.Reason), h.Message}, true
	}
	if last != nil {
		return RootCause{d.Key, last.Reason, last.Message}, true
	}
	return RootCause{}, false
}

// chained reports that a blocker of that reason points at another resource
// which may have a cause of its own.
func chained(r condition.Reason) bool {
	switch r {
	case condition.ReasonInitializing, condition.ReasonInitContainerFailed,
		condition.ReasonDependencyNotReady, condition.ReasonDependencyFailed,
		condition.ReasonDeletionBlocked, condition.ReasonNetworkInUse, condition.ReasonVolumeInUse:
		return true
	}
	return false
}
