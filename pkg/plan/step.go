// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const (
	// defaultGrace is the stop timeout where none is declared.
	defaultGrace = 10 * time.Second
	// settleDelay is when to look again at a state that changes by itself.
	settleDelay = time.Second
)

// steps builds the actions on one container that decisions consist of.
type steps struct{ *incarnations }

// create appends the actions that create and start the container once nothing
// blocks it. The image is pulled in the meantime.
func (s steps) create(d Decision, cause Cause) Decision {
	d.Blocked = dependencies{s.World}.startBlockers(s.obj)
	pull, blocked := images{s.World}.pull(s.obj, cause)
	if blocked != nil {
		d.Blocked = append(d.Blocked, *blocked)
		return d
	}
	if len(d.Blocked) > 0 {
		if !s.hasImage(s.obj) && !s.unread(engine.KindImage) {
			d.Actions = append(d.Actions, pull...)
		}
		return d
	}
	d.Actions = append(d.Actions, pull...)
	d.Actions = append(d.Actions,
		Action{Verb: Create, Key: d.Key, Object: s.obj, Container: s.config(), Reason: cause})
	if len(s.obj.Container.InitContainers) == 0 { // otherwise they run between creation and start
		d.Actions = append(d.Actions, Action{Verb: Start, Key: d.Key, Object: s.obj, Files: files(s.obj), Reason: cause})
	}
	return d
}

// start appends the start of an incarnation, or what blocks it.
func (s steps) start(d Decision, inc incarnation, cause Cause) Decision {
	if blockers := (dependencies{s.World}).incarnationBlockers(s.obj, inc); len(blockers) > 0 {
		d.Actions, d.Blocked = nil, append(d.Blocked, blockers...)
		return d
	}
	if (networks{s.World}).baseGone(inc.obj) {
		remove(&d, inc, s.obj, CauseBindingReplaced, "")
		return s.recreate(d, CauseBindingReplaced)
	}
	d.Actions = append(d.Actions, s.attach(inc)...)
	a := Action{Verb: Start, Key: d.Key, Object: s.obj, Target: inc.obj.ID, Reason: cause}
	if inc.obj.Container.StartedAt.IsZero() && s.upToDate(inc) {
		a.Files = files(s.obj)
	}
	d.Actions = append(d.Actions, a)
	return d
}

// recreate appends a creation after the removals that are already in d. When the
// creation is blocked, the removals wait with it.
func (s steps) recreate(d Decision, cause Cause) Decision {
	removals := d.Actions
	d.Actions = nil
	d = s.create(d, cause)
	if len(d.Blocked) > 0 {
		return d
	}
	pulls := slices.DeleteFunc(slices.Clone(d.Actions), func(a Action) bool { return a.Verb != Pull })
	rest := slices.DeleteFunc(d.Actions, func(a Action) bool { return a.Verb == Pull })
	d.Actions = slices.Concat(pulls, removals, rest)
	if last := len(d.Actions) - 1; cause == CauseStartFailed && d.Actions[last].Verb == Start { // the streak continues
		rec := s.History[d.Key]
		d.Actions[last].Streak = rec.Streak
		if rec.Failure != nil {
			d.Actions[last].Streak = max(rec.Streak, rec.Failure.Streak)
		}
	}
	return d
}

// restart appends a stop and a start of main. When the start would have to wait
// for something, main keeps running.
func (s steps) restart(d Decision, cause Cause, streak int, detail string) Decision {
	stop := stopAction(d.Key, *s.main, s.obj, cause)
	stop.Detail, stop.Streak = detail, streak
	if blockers := (dependencies{s.World}).startBlockers(s.obj); len(blockers) > 0 {
		d.Blocked = append(d.Blocked, blockers...)
		return d
	}
	if len(s.obj.Container.InitContainers) > 0 { // they run between the stop and the start
		d.Actions = append(d.Actions, stop)
		return d
	}
	if (networks{s.World}).baseGone(s.main.obj) {
		remove(&d, *s.main, s.obj, cause, detail)
		return s.recreate(d, cause)
	}
	next := s.start(d, *s.main, cause)
	start := next.Actions[len(next.Actions)-1]
	start.Streak, start.Detail = streak, detail
	next.Actions = append(d.Actions, stop, start)
	return next
}

// rename returns the action that gives an incarnation another engine name.
func (s steps) rename(inc incarnation, name string, cause Cause) Action {
	return Action{Verb: Rename, Key: s.obj.Key(), Object: s.obj, Target: inc.obj.ID, Name: name, Reason: cause}
}

// nameBack gives a main that a user renamed its engine name back.
func (s steps) nameBack() Decision {
	d := Decision{Key: s.obj.Key(), Actions: []Action{s.rename(*s.main, s.obj.EngineName(), CauseDrifted)}}
	d.Actions[0].Detail = "it was renamed to " + s.main.obj.Name
	return s.delayRetry(d)
}

// removeAll appends the removal of several incarnations.
func (s steps) removeAll(d *Decision, incs []incarnation, cause Cause) {
	for _, inc := range incs {
		remove(d, inc, s.obj, cause, "")
	}
}

// stopAll appends a stop of each incarnation that runs.
func (s steps) stopAll(d *Decision, cause Cause) {
	for _, inc := range s.index.owned[d.Key] {
		if inc.obj.Container.Running() {
			d.Actions = append(d.Actions, stopAction(d.Key, inc, s.obj, cause))
		}
	}
}

// delayRetry removes the actions of d while their last attempt is too recent.
func (s steps) delayRetry(d Decision) Decision { return delayRetry(s.World, d, s.hash) }

// remove appends the removal of an incarnation, after a stop when it runs.
func remove(d *Decision, inc incarnation, obj spec.Object, cause Cause, detail string) {
	if c := inc.obj.Container; c != nil {
		if c.Status == engine.StatusRemoving {
			d.RequeueAfter = settleDelay
			return
		}
		if c.Running() {
			d.Actions = append(d.Actions, stopAction(d.Key, inc, obj, cause))
		}
	}
	d.Actions = append(d.Actions, Action{
		Verb: Remove, Key: d.Key, Object: obj, Target: inc.obj.ID, Reason: cause, Detail: detail,
	})
}

// stopAction stops an incarnation. The stop timeout is taken from the manifest,
// or from the labels of the incarnation when there is no manifest.
func stopAction(k spec.Key, inc incarnation, obj spec.Object, cause Cause) Action {
	grace := inc.id.Grace.Std()
	if obj.Container != nil {
		grace = obj.Container.StopGracePeriod.Std()
	}
	if grace == 0 {
		grace = defaultGrace
	}
	return Action{Verb: Stop, Key: k, Object: obj, Target: inc.obj.ID, Grace: grace, Reason: cause}
}
