// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// cast is what there is of a container, each in its part of the play: main has
// the engine name; the others have temporary ones.
type cast struct {
	obj  spec.Object
	hash spec.Hash
	main *incarnation
	// next is a replacement of the desired hash that waits in the wings.
	next *incarnation
	// olds have run and were moved aside, oldest first; leftovers never ran and
	// are not what is desired now.
	olds      []incarnation
	leftovers []incarnation
	// drifted says that main is to be replaced though its hash is the desired one.
	drifted bool
}

// castOf sorts the incarnations of a desired container into their parts.
func (w World) castOf(obj spec.Object) cast {
	c := cast{obj: obj, hash: w.hashOf(obj)}
	all := w.index.owned[obj.Key()]
	at := slices.IndexFunc(all, func(inc incarnation) bool { return inc.obj.Name == obj.EngineName() })
	if at < 0 { // perhaps under the name that an older manifest gave it
		at = slices.IndexFunc(all, func(inc incarnation) bool { return inc.obj.Name == inc.id.EngineName })
	}
	mainFresh := at >= 0 && c.fresh(all[at])
	for i, inc := range all {
		replaced := mainFresh && !inc.obj.Container.StartedAt.IsZero() // by one of the same hash
		switch {
		case i == at:
			c.main = &inc
		case c.next == nil && c.fresh(inc) && !replaced && w.usable(obj, inc):
			c.next = &inc
		case inc.obj.Container.StartedAt.IsZero():
			c.leftovers = append(c.leftovers, inc)
		default:
			c.olds = append(c.olds, inc)
		}
	}
	return c
}

// usable reports that a replacement in waiting may be used: no start of it has
// failed, and it is bound to nothing that is gone.
func (w World) usable(obj spec.Object, inc incarnation) bool {
	c := inc.obj.Container
	return c.Error == "" && c.Status != engine.StatusRemoving && c.Status != engine.StatusDead &&
		!w.boundToGone(obj, inc.obj) && !w.boundToOld(obj, inc.obj)
}

// fresh reports that an incarnation is what the manifest wants, as far as its
// hash tells.
func (c cast) fresh(inc incarnation) bool {
	return inc.id.Hash == c.hash || !c.hash.Comparable(inc.id.Hash)
}

func (w World) decideContainer(obj spec.Object) Decision {
	c := w.castOf(obj)
	if w.index.starved[obj.Key()] {
		return w.decideStarved(c)
	}
	if b, held := w.stopHeld(c); held {
		return w.decideHeld(c, b)
	}
	if obj.Init != nil {
		return w.decideInit(c)
	}
	switch {
	case c.main == nil:
		return w.decideWithoutMain(c)
	case w.boundToGone(obj, c.main.obj):
		return w.decideRebind(c, CauseBindingReplaced)
	case w.boundToOld(obj, c.main.obj):
		return w.decideRebind(c, CauseOwnerReplaced)
	case !c.fresh(*c.main):
		return w.decideStale(c)
	}
	if d, corrects := w.decideDrift(c); corrects {
		return d
	}
	d := w.leaveDrift(w.decideFresh(c), c)
	proven := len(c.olds) == 0 && c.main.obj.Container.Status == engine.StatusRunning
	d.Corrected = proven && w.History[d.Key].Corrected != "" && len(w.drift(c)) == 0
	return d
}

// stopsFirst is a dependent that is to stop too, and before k.
func (w World) stopsFirst(k spec.Key, why condition.Reason, stops func(spec.Key) bool) (Blocker, bool) {
	for _, dependent := range w.index.dependents[k] {
		inCycle := w.index.component[dependent] == w.index.component[k]
		if stops(dependent) && !inCycle && w.runs(dependent) && !w.suspended(dependent) {
			return Blocker{Key: dependent, Reason: why, Message: dependent.String() + " needs it and has to stop first"}, true
		}
	}
	return Blocker{}, false
}

// decideStarved stops a container whose dependency is being pruned, after those
// that need it in turn.
func (w World) decideStarved(c cast) Decision {
	k := c.obj.Key()
	d := Decision{Key: k, Blocked: w.dependencyBlockers(c.obj)}
	if b, waits := w.stopsFirst(k, condition.ReasonDeletionBlocked, func(k spec.Key) bool { return w.index.starved[k] }); waits {
		d.Blocked = append(d.Blocked, b)
		return w.wait(k, d.Blocked...)
	}
	for _, inc := range w.index.owned[k] {
		if inc.obj.Container.Running() {
			d.Actions = append(d.Actions, w.stop(k, inc, c.obj, CauseDependencyGone))
		}
	}
	return w.gateFailure(d, c.hash)
}

// decideWithoutMain makes the container, or takes up a replacement that was
// interrupted after the old one had been moved aside.
func (w World) decideWithoutMain(c cast) Decision {
	k := c.obj.Key()
	d := Decision{Key: k}
	switch {
	case c.next != nil:
		d.Actions = append(d.Actions, rename(c, *c.next, c.obj.EngineName(), CauseSwap))
		if c.next.obj.Container.StartedAt.IsZero() {
			return w.gateFailure(w.start(d, c, *c.next, CauseSwap), c.hash)
		}
		return w.gateFailure(d, c.hash)
	case len(c.olds) > 0:
		return w.gateFailure(w.restore(d, c), c.hash)
	}
	for _, inc := range c.leftovers {
		w.remove(&d, inc, c.obj, CauseLeftover, "")
	}
	return w.gateFailure(w.create(d, c, CauseMissing), c.hash)
}

// create appends what makes and starts the container once nothing is in its
// way; the image is fetched meanwhile.
func (w World) create(d Decision, c cast, cause Cause) Decision {
	d.Blocked = w.startBlockers(c.obj)
	pull, blocked := w.pull(c.obj, cause)
	if blocked != nil {
		d.Blocked = append(d.Blocked, *blocked)
		return d
	}
	if len(d.Blocked) > 0 {
		if !w.hasImage(c.obj) {
			d.Actions = append(d.Actions, pull...)
		}
		return d
	}
	d.Actions = append(d.Actions, pull...)
	d.Actions = append(d.Actions,
		Action{Verb: Create, Key: d.Key, Object: c.obj, Container: w.containerConfig(c.obj), Reason: cause})
	if len(c.obj.Container.InitContainers) == 0 { // they run first, once it is there
		d.Actions = append(d.Actions, Action{Verb: Start, Key: d.Key, Object: c.obj, Files: files(c.obj), Reason: cause})
	}
	return d
}

// start appends the starting of a container that exists, or what blocks it.
func (w World) start(d Decision, c cast, inc incarnation, cause Cause) Decision {
	if blockers := w.incarnationBlockers(c.obj, inc); len(blockers) > 0 {
		d.Actions, d.Blocked = nil, append(d.Blocked, blockers...)
		return d
	}
	d.Actions = append(d.Actions, w.attach(c.obj, inc)...)
	a := Action{Verb: Start, Key: d.Key, Object: c.obj, Target: inc.obj.ID, Reason: cause}
	if inc.obj.Container.StartedAt.IsZero() && c.fresh(inc) {
		a.Files = files(c.obj)
	}
	d.Actions = append(d.Actions, a)
	return d
}

// decideFresh keeps alive what is as the manifest wants it.
func (w World) decideFresh(c cast) Decision {
	k := c.obj.Key()
	state := c.main.obj.Container
	if len(c.olds) > 0 && w.failedReplacement(c) {
		return w.putBack(c)
	}
	if c.next != nil { // a second one of the same hash: whatever made it, one is enough
		c.leftovers = append(c.leftovers, *c.next)
	}
	d := Decision{Key: k}
	for _, inc := range c.leftovers {
		w.remove(&d, inc, c.obj, CauseLeftover, "")
	}
	switch {
	case state.Status == engine.StatusRemoving:
		d.RequeueAfter = settle
	case state.Status == engine.StatusDead:
		w.remove(&d, *c.main, c.obj, CauseDead, "")
	case state.Status == engine.StatusPaused:
		d.Blocked = append(d.Blocked, Blocker{
			Key: k, Reason: condition.ReasonPaused,
			Message: "paused by someone: it is left alone until it is unpaused",
		})
	case state.Status == engine.StatusRestarting:
		d.RequeueAfter = settle
	case state.Error == "" && len(w.attach(c.obj, *c.main)) > 0:
		d.Actions = append(d.Actions, w.attach(c.obj, *c.main)...)
	case state.Running():
		return w.gateFailure(w.decideRunning(d, c), c.hash)
	case state.Error != "" || state.StartedAt.IsZero() && w.startFailed(c):
		w.remove(&d, *c.main, c.obj, CauseStartFailed, state.Error)
		return w.gateFailure(w.recreate(d, c, CauseStartFailed), c.hash)
	case state.StartedAt.IsZero():
		return w.gateFailure(w.start(d, c, *c.main, CauseCreated), c.hash)
	default:
		return w.gateFailure(w.decideExited(d, c), c.hash)
	}
	return w.gateFailure(d, c.hash)
}

// decideRunning checks that what runs has its networks and ports, and clears
// away what it replaced once it has proven itself.
func (w World) decideRunning(d Decision, c cast) Decision {
	state := c.main.obj.Container
	if len(state.Ports) < state.PublishedPorts && w.publishes(state) {
		w.remove(&d, *c.main, c.obj, CauseNetworkLost, "")
		return w.recreate(d, c, CauseNetworkLost)
	}
	if len(c.olds) == 0 {
		return w.checkImage(w.decideRestart(d, c), c)
	}
	if proven := state.StartedAt.Add(probation); w.Now.Before(proven) {
		d.RequeueAfter = proven.Sub(w.Now)
		return d
	}
	for _, inc := range c.olds {
		w.remove(&d, inc, c.obj, CauseReplaced, "")
	}
	return d
}

// recreate appends a creation behind a removal that is already in the decision;
// when the creation is blocked, the removal waits with it.
func (w World) recreate(d Decision, c cast, cause Cause) Decision {
	removals := d.Actions
	d.Actions = nil
	d = w.create(d, c, cause)
	if len(d.Blocked) > 0 {
		return d
	}
	pulls := slices.DeleteFunc(slices.Clone(d.Actions), func(a Action) bool { return a.Verb != Pull })
	rest := slices.DeleteFunc(d.Actions, func(a Action) bool { return a.Verb == Pull })
	d.Actions = slices.Concat(pulls, removals, rest)
	if last := len(d.Actions) - 1; cause == CauseStartFailed && d.Actions[last].Verb == Start { // what it did before is not forgiven
		rec := w.History[d.Key]
		d.Actions[last].Streak = rec.Streak
		if rec.Failure != nil {
			d.Actions[last].Streak = max(rec.Streak, rec.Failure.Streak)
		}
	}
	return d
}

// decideExited follows the restart policy.
func (w World) decideExited(d Decision, c cast) Decision {
	state := c.main.obj.Container
	if len(c.olds) > 0 && w.finished(c.obj, state) {
		for _, inc := range c.olds {
			w.remove(&d, inc, c.obj, CauseReplaced, "")
		}
	}
	rec := w.History[d.Key]
	switch {
	case w.wanted(d.Key, state):
		return w.start(d, c, *c.main, CauseRequested)
	case w.finished(c.obj, state):
		return d
	case rec.Stopped: // for the sake of something that is well again, or to let it initialize
		d = w.start(d, c, *c.main, CauseExited)
		if n := len(d.Actions); n > 0 && len(c.obj.Container.InitContainers) > 0 {
			d.Actions[n-1].Streak = rec.Streak
		}
		return d
	case w.nearOutage(state.FinishedAt) && !byEngine(c.obj):
		return w.start(d, c, *c.main, CauseInterrupted)
	}
	if byEngine(c.obj) {
		d.Blocked = append(d.Blocked, Blocker{
			Key: d.Key, Reason: exitReason(state), Message: exitMessage(state) + ": the engine manages its restarts",
		})
		return d
	}
	pace := PaceOf(c.obj.Container.RestartBackoff)
	streak := pace.Streak(rec, state, w.Now)
	if exhausted(c.obj, streak) {
		d.Blocked = append(d.Blocked, Blocker{
			Key: d.Key, Reason: exitReason(state), Stalls: true,
			Message: exitMessage(state) + ": its restart policy leaves it so",
		})
		return d
	}
	if at := pace.NextStart(rec, state, w.Now); at.After(w.Now) {
		d.RequeueAfter = at.Sub(w.Now)
		d.Blocked = append(d.Blocked, Blocker{
			Key: d.Key, Reason: condition.ReasonBackOff, Message: exitMessage(state) + ": " + nextRestart(streak, at),
		})
		return d
	}
	d = w.start(d, c, *c.main, CauseExited)
	if n := len(d.Actions); n > 0 && d.Actions[n-1].Verb == Start {
		d.Actions[n-1].Streak = streak + 1
		d.Actions[n-1].Detail = exitMessage(state)
	}
	return d
}

// finished reports that an exited container did its job and is to stay so. What
// ended when the engine went away did not: many programs exit with 0 when they
// are told to stop.
func (w World) finished(obj spec.Object, state *engine.Container) bool {
	name := obj.Container.RestartPolicy.Name
	return state.ExitCode == 0 && (name == spec.RestartNo || name == spec.RestartOnFailure) &&
		!w.nearOutage(state.FinishedAt)
}
