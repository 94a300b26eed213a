// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Decision is what to do for one resource now.
type Decision struct {
	Key spec.Key
	// Actions are to be done in order, up to the first error.
	Actions []Action
	// Blocked lists what prevents further actions, sorted by key.
	Blocked []Blocker
	// RequeueAfter is when to decide again; zero means that an event will follow.
	RequeueAfter time.Duration
	// Hold is to be stored in the history, because a user stopped the container at
	// the engine; zero means that there is nothing to store.
	Hold Hold
	// Suspension is to be stored in the history; empty means that there is nothing to
	// store.
	Suspension Suspension
	// Corrected reports that the drift that was corrected last is gone. If it comes
	// back, it is corrected again.
	Corrected bool
}

// Suspension is whether a manifest suspends its object. It is remembered for the
// time after the manifest is deleted.
type Suspension string

// The suspensions.
const (
	SuspendedByManifest Suspension = "Suspended"
	NotSuspended        Suspension = "NotSuspended"
)

// Idle reports whether there is nothing to do and nothing to wait for.
func (d Decision) Idle() bool { return len(d.Actions) == 0 && len(d.Blocked) == 0 }

// Blocker is something that the resource waits for.
type Blocker struct {
	// Key is the resource waited for. It may be the resource itself, or zero when
	// a foreign object is in the way.
	Key spec.Key
	// Reason and Message explain the blocker.
	Reason  condition.Reason
	Message string
	// Stalls reports that a user has to change something, and that waiting does not
	// help.
	Stalls bool
}

// waitFor returns a decision without actions.
func waitFor(k spec.Key, blockers ...Blocker) Decision {
	return Decision{Key: k, Blocked: sortBlockers(blockers)}
}

// sortBlockers sorts blockers by key and removes duplicates.
func sortBlockers(blockers []Blocker) []Blocker {
	slices.SortStableFunc(blockers, func(a, b Blocker) int { return a.Key.Compare(b.Key) })
	return slices.CompactFunc(blockers, func(a, b Blocker) bool { return a == b })
}

// worstBlocker returns the first blocker that stalls, or the first one if none does.
func worstBlocker(blockers []Blocker) Blocker {
	if i := slices.IndexFunc(blockers, func(b Blocker) bool { return b.Stalls }); i >= 0 {
		return blockers[i]
	}
	return blockers[0]
}
