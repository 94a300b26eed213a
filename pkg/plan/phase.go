// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Phase is the state of a resource in one word, for users.
type Phase string

// The phases.
const (
	PhaseInvalid       Phase = "Invalid"       // the manifest is invalid and there was no valid one before
	PhaseDeleting      Phase = "Deleting"      // no manifest declares it any more, and it is being removed
	PhasePruneWithheld Phase = "PruneWithheld" // no manifest declares it any more, and it is kept
	PhaseSuspended     Phase = "Suspended"     // it is observed and not changed
	PhaseStalled       Phase = "Stalled"       // a user has to change something
	PhaseCrashLooping  Phase = "CrashLooping"  // it was restarted several times and ended each time
	PhasePending       Phase = "Pending"       // it does not exist yet, or waits for something
	PhaseStarting      Phase = "Starting"      // it runs, and its health is not known yet
	PhaseRunning       Phase = "Running"       // it runs
	PhaseUnhealthy     Phase = "Unhealthy"     // it runs, and a check fails
	PhaseStopped       Phase = "Stopped"       // a user stopped it
	PhasePaused        Phase = "Paused"        // it was paused at the engine
	PhaseCompleted     Phase = "Completed"     // it ended and has done its job
	PhaseExited        Phase = "Exited"        // it ended and will be restarted
	PhasePresent       Phase = "Present"       // the network or volume exists
	PhaseUnknown       Phase = "Unknown"       // its state cannot be observed
)

// PhaseOf returns the phase of the resource that d was decided for.
func PhaseOf(w World, d Decision) Phase {
	v := viewOf(w, d)
	switch {
	case !v.desired && len(w.index.problems[d.Key]) > 0:
		return PhaseInvalid
	case !v.desired && w.suspended(d.Key):
		return PhaseSuspended
	case (pruning{w}).keptPaused(d.Key):
		return PhasePaused
	case (pruning{w}).keptUndeclared(d.Key):
		return PhasePruneWithheld
	case !v.desired:
		return PhaseDeleting
	case w.suspended(d.Key):
		return PhaseSuspended
	case slices.ContainsFunc(d.Blocked, func(b Blocker) bool { return b.Stalls && b.Reason != condition.ReasonStoppedByUser }):
		return PhaseStalled
	case d.Key.Kind != spec.KindContainer && (networks{w}).present(v.obj):
		return PhasePresent
	case v.initAtRest():
		return PhaseCompleted
	case v.state == nil:
		return PhasePending
	}
	return v.containerPhase()
}

func (v view) containerPhase() Phase {
	_, loops := v.crashLoops()
	_, stopped := v.blocked(condition.ReasonStoppedByUser)
	switch {
	case stopped && !v.state.Running():
		return PhaseStopped
	case v.state.Status == engine.StatusPaused:
		return PhasePaused
	case v.health.Status == engine.HealthStarting:
		return PhaseStarting
	case v.health.Status == engine.HealthUnhealthy:
		return PhaseUnhealthy
	case v.state.Running():
		return PhaseRunning
	case v.state.StartedAt.IsZero():
		return PhasePending
	case v.incs.finished():
		return PhaseCompleted
	case loops:
		return PhaseCrashLooping
	}
	return PhaseExited
}
