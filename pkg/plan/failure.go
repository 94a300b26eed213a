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
	// hint is what a user can do; it may be empty.
	hint string
}

const (
	firstRetry  = time.Second
	localLimit  = 30 * time.Second
	remoteLimit = 5 * time.Minute
)

// classes holds the response to each code.
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

// retryAt returns when a failed action may be tried again.
func retryAt(f *Failure) time.Time {
	return f.At.Add(doubling(firstRetry, classify(f.Code).limit, f.Attempts-1))
}

// does reports whether the decision includes an action with that verb, or leads
// to one: a container with init containers is created some time before it is
// started.
func (d Decision) does(v Verb) bool {
	return slices.ContainsFunc(d.Actions, func(a Action) bool {
		return a.Verb == v || v == Start && a.Verb == Create && a.Reason == CauseStartFailed
	})
}
