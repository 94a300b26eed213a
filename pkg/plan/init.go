// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// initRun decides for an init container. Each run gets a container of its own.
type initRun struct {
	steps
	// since is the time after which a run counts, and waiting reports whether the
	// container that it belongs to waits for it.
	since   time.Time
	waiting bool
}

// decide runs an init container when its container waits for it.
func (r initRun) decide() Decision {
	d := Decision{Key: r.obj.Key()}
	for _, inc := range r.index.owned[d.Key] {
		if r.main == nil || inc.obj.ID != r.main.obj.ID {
			remove(&d, inc, r.obj, CauseLeftover, "")
		}
	}
	state := r.state()
	if state != nil && state.Status == engine.StatusRemoving {
		d.RequeueAfter = settleDelay
		return d
	}
	current := r.main != nil && r.upToDate(*r.main) && !r.main.obj.Created.Before(r.since) && !r.boundToGone(*r.main)
	switch {
	case !r.waiting && r.main != nil && !state.Running() && r.outdated():
		remove(&d, *r.main, r.obj, CauseLeftover, "")
		return r.delayRetry(d)
	case !r.waiting:
		return r.stopAtTimeout(d)
	case !current:
		return r.run(d, CauseInitialize, 0, "")
	case state.Running():
		return r.stopAtTimeout(d)
	case state.Error != "" || state.Status == engine.StatusDead || state.StartedAt.IsZero() && r.startFailed():
		return r.run(d, CauseStartFailed, r.record().Streak, state.Error)
	case state.StartedAt.IsZero():
		return r.delayRetry(r.start(d, *r.main, CauseCreated))
	}
	return r.retry(d)
}

// outdated reports whether the container of the last run differs from the
// manifest. It could block the removal of a network or volume.
func (r initRun) outdated() bool {
	return !r.upToDate(*r.main) || r.boundToGone(*r.main) || len(r.attach(*r.main)) > 0
}

// retry runs an init container again that failed, under the restart policy of
// its container.
func (r initRun) retry(d Decision) Decision {
	state, rec := r.main.obj.Container, r.record()
	streak := r.restartBackoff().Streak(rec, state, r.Now)
	b := Blocker{Key: d.Key, Reason: condition.ReasonInitContainerFailed}
	at := r.restartBackoff().NextStart(rec, state, r.Now)
	switch {
	case r.nearOutage(state.FinishedAt):
		return r.run(d, CauseInterrupted, 0, "")
	case r.exhausted(streak):
		b.Message, b.Stalls = r.initEnd()+": its restart policy does not restart it", true
	case at.After(r.Now):
		b.Message, d.RequeueAfter = r.initEnd()+": "+nextRestart(streak, at), at.Sub(r.Now)
	default:
		return r.run(d, CauseExited, streak+1, r.initEnd())
	}
	d.Blocked = append(d.Blocked, b)
	return d
}

// run creates and starts the container of a run in place of the last one.
func (r initRun) run(d Decision, cause Cause, streak int, detail string) Decision {
	if r.main != nil {
		remove(&d, *r.main, r.obj, cause, detail)
	}
	d = r.recreate(d, cause)
	if n := len(d.Actions); n > 0 && d.Actions[n-1].Verb == Start {
		d.Actions[n-1].Streak, d.Actions[n-1].Detail = streak, detail
	}
	return r.delayRetry(d)
}

// stopAtTimeout stops an init container that runs for longer than its timeout.
func (r initRun) stopAtTimeout(d Decision) Decision {
	limit := r.obj.Init.Timeout.Std()
	if r.main == nil || !r.main.obj.Container.Running() || limit == 0 {
		return d
	}
	if end := r.main.obj.Container.StartedAt.Add(limit); end.After(r.Now) {
		d.RequeueAfter = end.Sub(r.Now)
		return d
	}
	stop := stopAction(d.Key, *r.main, r.obj, CauseTimedOut)
	stop.Detail = fmt.Sprintf("it exceeded its timeout of %s", limit)
	stop.Streak = r.record().Streak
	d.Actions = append(d.Actions, stop)
	return r.delayRetry(d)
}
