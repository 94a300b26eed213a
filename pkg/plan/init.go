// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Init containers run before each start of their container, in order. What they
// have done counts for one start: it has to be younger than the incarnation that
// is to start, and than its last end. So the engine's own times tell what is to
// be done, and nothing has to be remembered. Their container says what it waits
// for; an init container runs when that is it.

// incarnationBlockers are what an incarnation has to wait for before it starts.
func (w World) incarnationBlockers(obj spec.Object, inc incarnation) []Blocker {
	if blockers := w.startBlockers(obj); len(blockers) > 0 {
		return blockers
	}
	since := initSince(inc.obj)
	for _, ic := range obj.Container.InitContainers {
		init, desired := w.Desired.Objects[obj.InitKey(ic.Name)]
		if desired && !w.initialized(init, since) {
			return []Blocker{w.initBlocker(init, since)}
		}
	}
	return nil
}

// initSince is the time from which on init containers have to have run for an
// incarnation that is to start.
func initSince(container engine.Object) time.Time {
	if container.Container.StartedAt.IsZero() {
		return container.Created
	}
	return container.Container.FinishedAt
}

// initialized reports that an init container has done its job since then.
func (w World) initialized(init spec.Object, since time.Time) bool {
	c := w.castOf(init)
	return c.main != nil && c.fresh(*c.main) && !c.main.obj.Created.Before(since) && w.initDone(c)
}

// initDone reports that the last run was a success. One that we stopped was none,
// whatever its exit code.
func (w World) initDone(c cast) bool {
	state := c.main.obj.Container
	return state.Status == engine.StatusExited && state.ExitCode == 0 &&
		!w.History[c.obj.Key()].Stopped && !w.nearOutage(state.FinishedAt)
}

// initBlocker says how an init container does that is waited for.
func (w World) initBlocker(init spec.Object, since time.Time) Blocker {
	k := init.Key()
	b := Blocker{Key: k, Reason: condition.ReasonInitializing, Message: k.String() + " has not completed yet"}
	c := w.castOf(init)
	ended := c.main != nil && !c.main.obj.Created.Before(since) && c.main.obj.Container.Status == engine.StatusExited
	if ended && !w.initDone(c) {
		b.Reason, b.Message = condition.ReasonInitContainerFailed, k.String()+" "+w.initEnd(c)
	}
	if w.failed(init, map[spec.Key]bool{}) {
		b.Reason, b.Stalls = condition.ReasonInitContainerFailed, true
		b.Message += "; it needs attention first"
	}
	return b
}

// initEnd tells how the last run ended.
func (w World) initEnd(c cast) string {
	state, limit := c.main.obj.Container, c.obj.Init.Timeout.Std()
	if w.History[c.obj.Key()].Stopped && limit > 0 && state.FinishedAt.Sub(state.StartedAt) >= limit {
		return fmt.Sprintf("was stopped: it ran for longer than %s", limit)
	}
	return exitMessage(state)
}

// initWanted reports that the container of an init container waits for it, and
// since when.
func (w World) initWanted(init spec.Object) (time.Time, bool) {
	of := w.initOwner(init)
	for _, b := range Decide(w, of).Blocked {
		if b.Key != init.Key() {
			continue
		}
		c := w.castOf(w.Desired.Objects[of])
		switch {
		case c.next != nil:
			return initSince(c.next.obj), true
		case c.main != nil:
			return initSince(c.main.obj), true
		}
	}
	return time.Time{}, false
}

func (w World) initOwner(init spec.Object) spec.Key {
	return spec.Key{Kind: spec.KindContainer, Namespace: init.Metadata.Namespace, Name: init.Init.Container}
}

// decideInit runs an init container when its container waits for it: each time
// in a container of its own.
func (w World) decideInit(c cast) Decision {
	d := Decision{Key: c.obj.Key()}
	for _, inc := range w.index.owned[d.Key] {
		if c.main == nil || inc.obj.ID != c.main.obj.ID {
			w.remove(&d, inc, c.obj, CauseLeftover, "")
		}
	}
	since, wanted := w.initWanted(c.obj)
	if c.main != nil && c.main.obj.Container.Status == engine.StatusRemoving {
		d.RequeueAfter = settle
		return d
	}
	current := c.main != nil && c.fresh(*c.main) && !c.main.obj.Created.Before(since) && !w.boundToGone(c.obj, c.main.obj)
	switch {
	case !wanted && c.main != nil && !c.main.obj.Container.Running() && w.initOutdated(c):
		w.remove(&d, *c.main, c.obj, CauseLeftover, "")
		return w.gateFailure(d, c.hash)
	case !wanted:
		return w.initTimeout(d, c)
	case !current:
		return w.runInit(d, c, CauseInitialize, 0, "")
	}
	state := c.main.obj.Container
	switch {
	case state.Running():
		return w.initTimeout(d, c)
	case state.Error != "" || state.Status == engine.StatusDead || state.StartedAt.IsZero() && w.startFailed(c):
		return w.runInit(d, c, CauseStartFailed, w.History[d.Key].Streak, state.Error)
	case state.StartedAt.IsZero():
		return w.gateFailure(w.start(d, c, *c.main, CauseCreated), c.hash)
	}
	return w.retryInit(d, c)
}

// initOutdated reports that what is left of the last run is not what the manifest
// says, and may be in the way of what has to go.
func (w World) initOutdated(c cast) bool {
	return !c.fresh(*c.main) || w.boundToGone(c.obj, c.main.obj) || len(w.attach(c.obj, *c.main)) > 0
}

// retryInit runs an init container again that failed, as its container's restart
// policy has it.
func (w World) retryInit(d Decision, c cast) Decision {
	state, rec := c.main.obj.Container, w.History[d.Key]
	pace := PaceOf(c.obj.Container.RestartBackoff)
	streak := pace.Streak(rec, state, w.Now)
	b := Blocker{Key: d.Key, Reason: condition.ReasonInitContainerFailed}
	at := pace.NextStart(rec, state, w.Now)
	switch {
	case w.nearOutage(state.FinishedAt):
		return w.runInit(d, c, CauseInterrupted, 0, "")
	case exhausted(c.obj, streak):
		b.Message, b.Stalls = w.initEnd(c)+": the restart policy leaves it so", true
	case at.After(w.Now):
		b.Message, d.RequeueAfter = w.initEnd(c)+": "+nextRestart(streak, at), at.Sub(w.Now)
	default:
		return w.runInit(d, c, CauseExited, streak+1, w.initEnd(c))
	}
	d.Blocked = append(d.Blocked, b)
	return d
}

// runInit makes and starts the container of a run, in place of the last one.
func (w World) runInit(d Decision, c cast, cause Cause, streak int, detail string) Decision {
	if c.main != nil {
		w.remove(&d, *c.main, c.obj, cause, detail)
	}
	d = w.recreate(d, c, cause)
	if n := len(d.Actions); n > 0 && d.Actions[n-1].Verb == Start {
		d.Actions[n-1].Streak, d.Actions[n-1].Detail = streak, detail
	}
	return w.gateFailure(d, c.hash)
}

// initTimeout stops an init container that runs for longer than it may.
func (w World) initTimeout(d Decision, c cast) Decision {
	limit := c.obj.Init.Timeout.Std()
	if c.main == nil || !c.main.obj.Container.Running() || limit == 0 {
		return d
	}
	if end := c.main.obj.Container.StartedAt.Add(limit); end.After(w.Now) {
		d.RequeueAfter = end.Sub(w.Now)
		return d
	}
	stop := w.stop(d.Key, *c.main, c.obj, CauseTimedOut)
	stop.Detail = fmt.Sprintf("it ran for longer than %s", limit)
	stop.Streak = w.History[d.Key].Streak
	d.Actions = append(d.Actions, stop)
	return w.gateFailure(d, c.hash)
}

// initRests reports that d leaves an init container alone: nobody waits for it.
func (v view) initRests() bool {
	return v.obj.Init != nil && len(v.d.Actions) == 0 && len(v.d.Blocked) == 0 && (v.state == nil || !v.state.Running())
}
