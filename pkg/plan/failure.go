// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"errors"
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// class is how a failed engine call is taken.
type class struct {
	reason condition.Reason
	// stalls: a human has to change something; terminal: and until the manifest
	// changes there is no use in trying again.
	stalls, terminal bool
	// limit bounds the delay between attempts.
	limit time.Duration
	// hint is the way out.
	hint string
}

const (
	firstRetry  = time.Second
	localLimit  = 30 * time.Second
	remoteLimit = 5 * time.Minute
)

// classes says for each code how a failure with it is taken.
var classes = map[engine.Code]class{
	engine.PortInUse: {
		reason: condition.ReasonPortInUse, stalls: true, limit: 10 * time.Second,
		hint: "stop what holds the port, or publish another one",
	},
	engine.NameInUse: {
		reason: condition.ReasonNameInUse, limit: localLimit,
		hint: "rename or remove what has the name",
	},
	engine.InUse:           {reason: condition.ReasonDeletionBlocked, limit: localLimit},
	engine.NetworkNotFound: {reason: condition.ReasonNetworkNotFound, limit: localLimit},
	engine.SubnetOverlap: {
		reason: condition.ReasonSubnetOverlap, stalls: true, limit: localLimit,
		hint: "remove unused networks, or choose a free subnet in spec.ipam",
	},
	engine.MountSourceMissing: {
		reason: condition.ReasonMountSourceMissing, stalls: true, limit: localLimit,
		hint: "create the host path, or correct it",
	},
	engine.MountDenied: {
		reason: condition.ReasonMountDenied, stalls: true, limit: localLimit,
		hint: "share the host path with the engine, or choose another one",
	},
	engine.AddressInUse: {
		reason: condition.ReasonAddressInUse, stalls: true, limit: localLimit,
		hint: "choose a free address, or leave it to the engine",
	},
	engine.PlatformMismatch: {
		reason: condition.ReasonPlatformMismatch, stalls: true, limit: remoteLimit,
		hint: "choose an image for this platform, or set platform and have the engine emulate it",
	},
	engine.ReadOnly: {
		reason: condition.ReasonEngineRefused, stalls: true, terminal: true, limit: localLimit,
		hint: "mount a volume where the files go: the root file system is read-only",
	},
	engine.Unsupported: {
		reason: condition.ReasonUnsupported, stalls: true, terminal: true, limit: localLimit,
		hint: "update the engine, or drop the field",
	},
	engine.CommandNotFound: {
		reason: condition.ReasonCommandNotFound, stalls: true, terminal: true, limit: localLimit,
		hint: "correct entrypoint or command: the image does not have it",
	},
	engine.CommandNotExecutable: {
		reason: condition.ReasonCommandNotExecutable, stalls: true, terminal: true, limit: localLimit,
		hint: "correct entrypoint or command, or make the file executable",
	},
	engine.Invalid: {
		reason: condition.ReasonEngineRefused, stalls: true, terminal: true, limit: localLimit,
		hint: "the engine refuses this spec: change it",
	},
	engine.ImageNotFound: {
		reason: condition.ReasonImageNotFound, stalls: true, limit: remoteLimit,
		hint: "correct image and tag, or build or load the image",
	},
	engine.ImageUnauthorized: {
		reason: condition.ReasonImagePullUnauthed, stalls: true, limit: remoteLimit,
		hint: "log in to the registry with docker login",
	},
	engine.ImageUnavailable: {reason: condition.ReasonImagePullBackOff, limit: remoteLimit},
	engine.DiskFull: {
		reason: condition.ReasonDiskFull, stalls: true, limit: localLimit,
		hint: "free disk space at the engine",
	},
	engine.Unreachable: {reason: condition.ReasonEngineUnreachable, limit: 10 * time.Second},
	engine.Timeout:     {reason: condition.ReasonEngineUnresponsive, limit: localLimit},
	engine.Conflict:    {reason: condition.ReasonEngineError, limit: localLimit},
}

// classify is the class of a code; what is not listed is retried.
func classify(code engine.Code) class {
	if c, ok := classes[code]; ok {
		return c
	}
	return class{reason: condition.ReasonEngineError, limit: localLimit}
}

// outcomeUnknown reports that a call which failed so may have had its effect.
func outcomeUnknown(code engine.Code) bool {
	return code == engine.Timeout || code == engine.Canceled || code == engine.Unreachable
}

// gateFailure holds back a decision whose last attempt failed: until its delay
// has passed, or for good when trying again is of no use.
func (w World) gateFailure(d Decision, hash spec.Hash) Decision {
	f := w.History[d.Key].Failure
	if f == nil || f.Hash != hash || !d.does(f.Verb) {
		return d
	}
	c := classify(f.Code)
	wait := retryAt(f).Sub(w.Now)
	if !c.terminal && wait <= 0 {
		return d
	}
	d.Actions = nil
	message := f.Message
	if c.hint != "" {
		message += ": " + c.hint
	}
	d.Blocked = append(d.Blocked, Blocker{Key: d.Key, Reason: c.reason, Message: message, Stalls: c.stalls})
	if !c.terminal {
		d.RequeueAfter = wait
	}
	return d
}

// retryAt is when what failed may be tried again.
func retryAt(f *Failure) time.Time {
	return f.At.Add(doubling(firstRetry, classify(f.Code).limit, f.Attempts-1))
}

// does reports that the decision includes an action of that verb, or begins what
// ends in it: a container with init containers is made anew some time before it
// is started again.
func (d Decision) does(v Verb) bool {
	return slices.ContainsFunc(d.Actions, func(a Action) bool {
		return a.Verb == v || v == Start && a.Verb == Create && a.Reason == CauseStartFailed
	})
}

// cause is what the engine said, without the operation and its IDs: they differ
// with every attempt, and the message tells of all of them.
func cause(err error) string {
	if e, ok := errors.AsType[*engine.Error](err); ok && e.Err != nil {
		return e.Err.Error()
	}
	return err.Error()
}

// After is the record after an action was carried out at now with that outcome;
// hash is what was desired, empty when nothing was.
func (r Record) After(a Action, err error, hash spec.Hash, now time.Time) Record {
	if a.Corrected != "" { // whatever came of it, the same is not tried twice
		r.Corrected = a.Corrected
	}
	if err != nil {
		return r.failed(a, err, hash, now)
	}
	if r.Failure != nil && (r.Failure.Verb == a.Verb || r.Failure.Hash != hash) {
		r.Failure = nil
	}
	if r.Rejected != hash { // the manifest has moved on: should it come back, it gets another chance
		r.Rejected, r.RejectedFor = "", ""
	}
	switch {
	case a.Verb == Pull && a.Reason == CauseImageCheck:
		r.Rejected, r.RejectedFor = "", "" // the image may be another one now
	case a.Verb == Start:
		if a.Streak > 0 && !r.Stopped { // a stop for the sake of it has counted it
			r.Restarts++
		}
		r.Streak, r.Stopped, r.Again = a.Streak, false, false
		if r.Hold.Hash != "" { // it held for what ended then
			r.Hold = Hold{}
		}
	case a.Verb == Stop:
		r.Stopped = true
		if a.Streak > 0 { // its start follows, perhaps after its init containers
			r.Restarts++
			r.Streak = a.Streak
		}
	case a.Verb == Remove && a.Reason == CauseReplacementFailed:
		r.Rejected, r.RejectedFor = hash, a.Detail
	}
	return r
}

// failed is the record after an action has failed.
func (r Record) failed(a Action, err error, hash spec.Hash, now time.Time) Record {
	attempts := 1
	if r.Failure != nil && r.Failure.Verb == a.Verb && r.Failure.Hash == hash {
		attempts += r.Failure.Attempts
	}
	r.Failure = &Failure{
		Verb: a.Verb, Code: engine.CodeOf(err), Message: string(a.Verb) + ": " + cause(err),
		Hash: hash, At: now, Attempts: attempts, Streak: a.Streak,
	}
	if a.Verb == Stop { // it may have come to that nevertheless
		r.Stopped = true
	}
	return r
}
