// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// class is how the controller responds to a failed engine call.
type class struct {
	reason condition.Reason
	// stalls means that a user has to change something. terminal means that another
	// attempt cannot succeed until the manifest changes.
	stalls, terminal bool
	// limit is the longest delay between attempts.
	limit time.Duration
	// advice is a hint for the user that replaces the hint of the reason.
	advice string
}

const (
	firstRetry  = time.Second
	quickLimit  = 10 * time.Second
	localLimit  = 30 * time.Second
	remoteLimit = 5 * time.Minute
)

// classes holds the response to each code.
var classes = map[engine.Code]class{
	engine.PortInUse:            {reason: condition.ReasonPortInUse, stalls: true, limit: quickLimit},
	engine.InUse:                {reason: condition.ReasonDeletionBlocked, limit: localLimit},
	engine.NetworkNotFound:      {reason: condition.ReasonNetworkNotFound, limit: localLimit},
	engine.SubnetOverlap:        {reason: condition.ReasonSubnetOverlap, stalls: true, limit: localLimit},
	engine.MountSourceMissing:   {reason: condition.ReasonMountSourceMissing, stalls: true, limit: localLimit},
	engine.MountDenied:          {reason: condition.ReasonMountDenied, stalls: true, limit: localLimit},
	engine.AddressInUse:         {reason: condition.ReasonAddressInUse, stalls: true, limit: localLimit},
	engine.PlatformMismatch:     {reason: condition.ReasonPlatformMismatch, stalls: true, limit: remoteLimit},
	engine.Unsupported:          {reason: condition.ReasonUnsupported, stalls: true, terminal: true, limit: localLimit},
	engine.CommandNotFound:      {reason: condition.ReasonCommandNotFound, stalls: true, terminal: true, limit: localLimit},
	engine.CommandNotExecutable: {reason: condition.ReasonCommandNotExecutable, stalls: true, terminal: true, limit: localLimit},
	engine.Invalid:              {reason: condition.ReasonEngineRefused, stalls: true, terminal: true, limit: localLimit},
	engine.ImageNotFound:        {reason: condition.ReasonImageNotFound, stalls: true, limit: remoteLimit},
	engine.ImageUnauthorized:    {reason: condition.ReasonImagePullUnauthed, stalls: true, limit: remoteLimit},
	engine.ImageUnavailable:     {reason: condition.ReasonImagePullBackOff, limit: remoteLimit},
	engine.DiskFull:             {reason: condition.ReasonDiskFull, stalls: true, limit: localLimit},
	engine.Unreachable:          {reason: condition.ReasonEngineUnreachable, limit: quickLimit},
	engine.Timeout:              {reason: condition.ReasonEngineUnresponsive, limit: localLimit},
	engine.Conflict:             {reason: condition.ReasonEngineError, limit: localLimit},
	engine.NameInUse: {
		reason: condition.ReasonNameInUse, limit: localLimit,
		advice: "rename or remove the object that has the name",
	},
	engine.ReadOnly: {
		reason: condition.ReasonEngineRefused, stalls: true, terminal: true, limit: localLimit,
		advice: "mount a volume at the path of the files, because the root file system is read-only",
	},
}

// hint returns advice for the user; empty when the call is just retried.
func (c class) hint() string {
	if c.advice == "" && c.stalls {
		return c.reason.Hint()
	}
	return c.advice
}

// classify returns the class of a code. Failures with other codes are retried.
func classify(code engine.Code) class {
	if c, ok := classes[code]; ok {
		return c
	}
	return class{reason: condition.ReasonEngineError, limit: localLimit}
}

// outcomeUnknown reports whether a call that failed with code may have had its
// effect.
func outcomeUnknown(code engine.Code) bool {
	return code == engine.Timeout || code == engine.Canceled || code == engine.Unreachable
}

// delayRetry removes the actions of a decision whose last attempt failed until its
// delay has passed, or for good when another attempt cannot succeed.
func delayRetry(w World, d Decision, hash spec.Hash) Decision {
	f := w.History[d.Key].Failure
	if f == nil || f.Hash != hash || !d.includes(f.Verb) {
		return d
	}
	c := classify(f.Code)
	wait := retryAt(f).Sub(w.Now)
	if !c.terminal && wait <= 0 {
		return d
	}
	d.Actions = nil
	message := f.Message
	if hint := c.hint(); hint != "" {
		message += ": " + hint
	}
	d.Blocked = append(d.Blocked, Blocker{Key: d.Key, Reason: c.reason, Message: message, Stalls: c.stalls})
	if !c.terminal {
		d.RequeueAfter = wait
	}
	return d
}

// retryAt returns when a failed action may be tried again.
func retryAt(f *Failure) time.Time {
	return f.At.Add(doubling(firstRetry, classify(f.Code).limit, f.Attempts-1))
}

// includes reports whether the decision includes an action with that verb, or leads
// to one: a container with init containers is created some time before it is
// started.
func (d Decision) includes(v Verb) bool {
	return slices.ContainsFunc(d.Actions, func(a Action) bool {
		return a.Verb == v || v == Start && a.Verb == Create && a.Reason == CauseStartFailed
	})
}
