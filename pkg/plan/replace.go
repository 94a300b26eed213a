// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// probation is how long a replacement has to run before the incarnation that it
// replaced is removed.
const probation = time.Second

// replacement decides how one incarnation takes over from another.
type replacement struct {
	lifecycle
	// force replaces a main whose replacement was rejected before.
	force bool
}

// withoutMain creates the container. When a replacement was interrupted after
// the old incarnation had been renamed, it finishes or undoes the replacement.
func (r replacement) withoutMain() Decision {
	d := Decision{Key: r.obj.Key()}
	switch {
	case r.next != nil:
		d.Actions = append(d.Actions, r.rename(*r.next, r.obj.EngineName(), CauseSwap))
		if r.next.obj.Container.StartedAt.IsZero() {
			d = r.start(d, *r.next, CauseSwap)
		}
	case len(r.olds) > 0:
		d = r.restore(d)
	default:
		r.removeAll(&d, r.leftovers, CauseLeftover)
		d = r.create(d, CauseMissing)
	}
	return r.delayRetry(d)
}

// replace replaces a main whose manifest changed. A main that runs keeps running
// until its replacement exists; then the two swap names.
func (r replacement) replace() Decision {
	d := Decision{Key: r.obj.Key()}
	r.removeAll(&d, r.leftovers, CauseLeftover)
	if r.next != nil {
		return r.delayRetry(r.takeOver(d))
	}
	if rec := r.record(); rec.Rejected == r.hash && !r.force {
		d.Blocked = append(d.Blocked, rejectedBlocker(d.Key, rec))
		return r.keepOld(d)
	}
	if len(r.olds) > 0 {
		return r.delayRetry(r.dropMiddle(d))
	}
	if !r.main.obj.Container.Running() {
		remove(&d, *r.main, r.obj, CauseSpecChanged, "")
		return r.delayRetry(r.recreate(d, CauseSpecChanged))
	}
	pull, blocked := images{r.World}.pull(r.obj, CauseSpecChanged)
	if blocked != nil {
		d.Blocked = append(d.Blocked, *blocked)
		return r.delayRetry(d)
	}
	if d.Blocked = (dependencies{r.World}).startBlockers(r.obj); len(d.Blocked) > 0 {
		return r.delayRetry(d)
	}
	d.Actions = append(d.Actions, pull...)
	d.Actions = append(d.Actions, Action{
		Verb: Create, Key: d.Key, Object: r.obj, Container: r.config(),
		Temporary: true, Reason: CauseSpecChanged,
	})
	return r.delayRetry(d)
}

// takeOver lets the replacement take over from main.
func (r replacement) takeOver(d Decision) Decision {
	if blockers := (dependencies{r.World}).incarnationBlockers(r.obj, *r.next); len(blockers) > 0 {
		d.Blocked = blockers
		return d
	}
	if r.main.obj.Container.Running() {
		d.Actions = append(d.Actions, stopAction(d.Key, *r.main, r.obj, CauseSwap))
	}
	aside := owner.TemporaryName(r.main.id.EngineName, r.main.id.UID)
	d.Actions = append(d.Actions, r.rename(*r.main, aside, CauseSwap))
	d.Actions = append(d.Actions, r.rename(*r.next, r.obj.EngineName(), CauseSwap))
	return r.start(d, *r.next, CauseSwap)
}

// dropMiddle cleans up when the manifest changed again before a replacement had
// proven itself. The incarnation that runs is kept; it is the next to be replaced.
func (r replacement) dropMiddle(d Decision) Decision {
	if r.main.obj.Container.Running() {
		r.removeAll(&d, r.olds, CauseLeftover)
		return d
	}
	remove(&d, *r.main, r.obj, CauseLeftover, "")
	return r.restore(d)
}

// restore starts the newest old incarnation and gives it its name back, unless
// another container has that name now. The start comes first: if the controller
// died in between, an old incarnation that has its name and does not run would
// look like one that may be removed.
func (r replacement) restore(d Decision) Decision {
	last := r.olds[len(r.olds)-1]
	name := engineName{engine.KindContainer, last.id.EngineName}
	for _, holder := range r.index.named[name] {
		if r.main == nil || holder.ID != r.main.obj.ID {
			d.Actions, d.Blocked = nil, append(d.Blocked, names{r.World}.heldBy(d.Key, name, holder))
			return d
		}
	}
	state := last.obj.Container
	startable := state.Error == "" && !(networks{r.World}).baseGone(last.obj) && (state.Status == engine.StatusExited || state.Status == engine.StatusCreated)
	if startable && len((dependencies{r.World}).startBlockers(r.obj)) == 0 {
		d.Actions = append(d.Actions, Action{
			Verb: Start, Key: d.Key, Object: r.obj, Target: last.obj.ID, Reason: CauseReplacementFailed,
		})
	}
	d.Actions = append(d.Actions, r.rename(last, last.id.EngineName, CauseReplacementFailed))
	return d
}

// putBack removes a replacement that failed and restores the incarnation that it
// replaced.
func (r replacement) putBack() Decision {
	d, state := Decision{Key: r.obj.Key()}, r.main.obj.Container
	detail := state.Error
	if f := r.record().Failure; detail == "" && f != nil && f.Verb == Start {
		detail = f.Message
	}
	if detail == "" {
		detail = exitMessage(state)
	}
	remove(&d, *r.main, r.obj, CauseReplacementFailed, detail)
	return r.restore(d)
}

// keepOld keeps the old incarnation alive after its replacement was rejected.
func (r replacement) keepOld(d Decision) Decision {
	state := r.main.obj.Container
	r.removeAll(&d, r.olds, CauseLeftover)
	switch {
	case state.Error != "": // the old incarnation cannot start either, only the new one is left
		remove(&d, *r.main, r.obj, CauseStartFailed, state.Error)
		d = r.recreate(d, CauseStartFailed)
	case state.Running():
		d.Actions = append(d.Actions, r.attach(*r.main)...)
	case r.ended() && !r.finished():
		d = r.exited(d)
	case state.Status == engine.StatusCreated:
		d = r.start(d, *r.main, CauseReplacementFailed)
	}
	return r.delayRetry(d)
}

// rebind removes all incarnations of a container that is bound to an object that
// is gone or is to be removed, so that both can be created again.
func (r replacement) rebind(cause Cause) Decision {
	d := Decision{Key: r.obj.Key()}
	if !r.hasImage(r.obj) {
		pull, blocked := images{r.World}.pull(r.obj, cause)
		if blocked != nil {
			d.Blocked = append(d.Blocked, *blocked)
			return r.delayRetry(d)
		}
		d.Actions = append(d.Actions, pull...)
	}
	r.removeAll(&d, r.index.owned[d.Key], cause)
	return r.delayRetry(d)
}

func rejectedBlocker(k spec.Key, rec Record) Blocker {
	return Blocker{
		Key: k, Reason: condition.ReasonReplacementFailed, Stalls: true,
		Message: "the replacement failed (" + rec.RejectedFor +
			") and the old container was restored: change the manifest again",
	}
}
