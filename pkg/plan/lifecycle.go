// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// lifecycle decides for a container whose main incarnation is as declared: it
// starts, restarts and stops it.
type lifecycle struct{ steps }

// stopForDependency stops a container whose dependency is being pruned, after the
// dependents that have to stop too.
func (l lifecycle) stopForDependency() Decision {
	need := dependencies{l.World}
	d := Decision{Key: l.obj.Key(), Blocked: need.edgeBlockers(l.obj)}
	missing := func(k spec.Key) bool { return l.index.missingDependency[k] }
	if b, waits := need.stopsFirst(d.Key, condition.ReasonDeletionBlocked, missing); waits {
		return waitFor(d.Key, append(d.Blocked, b)...)
	}
	l.stopAll(&d, CauseDependencyGone)
	return l.delayRetry(d)
}

// stopAndHold stops a container that must stay stopped, after the dependents
// that must stay stopped too, and does nothing else.
func (l lifecycle) stopAndHold(b Blocker) Decision {
	d := Decision{Key: l.obj.Key(), Blocked: []Blocker{b}}
	first, waits := dependencies{l.World}.stopsFirst(d.Key, condition.ReasonStoppedByUser, l.stopRequested)
	if waits {
		d.Blocked = append(d.Blocked, first)
		return d
	}
	l.stopAll(&d, CauseRequested)
	if l.record().Hold.Since.IsZero() {
		d.Hold = Hold{Since: l.main.obj.Container.FinishedAt, Hash: l.hash}
	}
	return l.delayRetry(d)
}

// keepRunning keeps main running, or starts it.
func (l lifecycle) keepRunning() Decision {
	d, state := Decision{Key: l.obj.Key()}, l.main.obj.Container
	l.removeAll(&d, l.leftovers, CauseLeftover)
	if l.next != nil { // a second incarnation with the desired hash is one too many
		remove(&d, *l.next, l.obj, CauseLeftover, "")
	}
	switch {
	case state.Status == engine.StatusRemoving || state.Status == engine.StatusRestarting:
		d.RequeueAfter = settleDelay
	case state.Status == engine.StatusDead:
		remove(&d, *l.main, l.obj, CauseDead, "")
	case state.Error == "" && len(l.attach(*l.main)) > 0:
		d.Actions = append(d.Actions, l.attach(*l.main)...)
	case state.Running():
		d = l.running(d)
	case state.Error != "" || state.StartedAt.IsZero() && l.startFailed():
		remove(&d, *l.main, l.obj, CauseStartFailed, state.Error)
		d = l.recreate(d, CauseStartFailed)
	case state.StartedAt.IsZero():
		d = l.start(d, *l.main, CauseCreated)
	default:
		d = l.exited(d)
	}
	return l.delayRetry(d)
}

// running checks that a running main has its networks and ports, and removes the
// incarnations that it replaced once it has proven itself.
func (l lifecycle) running(d Decision) Decision {
	state := l.main.obj.Container
	if len(state.Ports) < state.PublishedPorts && (networks{l.World}).publishes(state) {
		remove(&d, *l.main, l.obj, CauseNetworkLost, "")
		return l.recreate(d, CauseNetworkLost)
	}
	if len(l.olds) == 0 {
		return l.checkImage(l.restartIfNeeded(d))
	}
	if proven := state.StartedAt.Add(probation); l.Now.Before(proven) {
		d.RequeueAfter = proven.Sub(l.Now)
		return d
	}
	l.removeAll(&d, l.olds, CauseReplaced)
	return d
}

// exited applies the restart policy to a main that has ended.
func (l lifecycle) exited(d Decision) Decision {
	state, rec := l.main.obj.Container, l.record()
	if len(l.olds) > 0 && l.finished() {
		l.removeAll(&d, l.olds, CauseReplaced)
	}
	switch {
	case l.startRequested(d.Key, state):
		return l.start(d, *l.main, CauseRequested)
	case l.finished():
		return d
	case rec.Stopped: // for another object that is well again, or to let it initialize
		d = l.start(d, *l.main, CauseExited)
		if n := len(d.Actions); n > 0 && len(l.obj.Container.InitContainers) > 0 {
			d.Actions[n-1].Streak = rec.Streak
		}
		return d
	case l.nearOutage(state.FinishedAt) && !l.managedByEngine():
		return l.start(d, *l.main, CauseInterrupted)
	case l.managedByEngine():
		d.Blocked = append(d.Blocked, Blocker{
			Key: d.Key, Reason: exitReason(state), Message: exitMessage(state) + ": the engine manages its restarts",
		})
		return d
	}
	return l.restartExited(d)
}

// restartExited starts a main that has ended once its delay has passed, unless
// its restart policy leaves it down.
func (l lifecycle) restartExited(d Decision) Decision {
	state, rec := l.main.obj.Container, l.record()
	streak := l.restartBackoff().Streak(rec, state, l.Now)
	if l.exhausted(streak) {
		d.Blocked = append(d.Blocked, Blocker{
			Key: d.Key, Reason: exitReason(state), Stalls: true,
			Message: exitMessage(state) + ": its restart policy does not restart it",
		})
		return d
	}
	if at := l.restartBackoff().NextStart(rec, state, l.Now); at.After(l.Now) {
		d.RequeueAfter = at.Sub(l.Now)
		d.Blocked = append(d.Blocked, Blocker{
			Key: d.Key, Reason: condition.ReasonBackOff, Message: exitMessage(state) + ": " + nextRestart(streak, at),
		})
		return d
	}
	d = l.start(d, *l.main, CauseExited)
	if n := len(d.Actions); n > 0 && d.Actions[n-1].Verb == Start {
		d.Actions[n-1].Streak = streak + 1
		d.Actions[n-1].Detail = exitMessage(state)
	}
	return d
}
