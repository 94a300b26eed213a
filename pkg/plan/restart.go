// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// decideRestart restarts a container that runs and is what the manifest wants:
// because it was asked for, or because it is not well.
func (w World) decideRestart(d Decision, c cast) Decision {
	state := c.main.obj.Container
	rec := w.History[d.Key]
	switch {
	case rec.Again && w.wanted(d.Key, state):
		return w.restart(d, c, CauseRequested, 0, "")
	case w.dependencyReplaced(c):
		return w.restart(d, c, CauseDependencyReplaced, 0, "")
	case w.ownerRestarted(c):
		return w.restart(d, c, CauseOwnerReplaced, 0, "")
	case w.unwell(c):
		return w.restartUnwell(d, c)
	}
	return d
}

// dependencyReplaced reports that a container with restart: true was replaced
// since this one started, and that the new one has proven itself. A dependency
// that only ended and was started again is the same container still.
func (w World) dependencyReplaced(c cast) bool {
	return slices.ContainsFunc(c.obj.Container.Dependencies, func(d spec.Dependency) bool {
		target, desired := w.Desired.Objects[d.Key(c.obj.Metadata.Namespace)]
		if !d.Restart || !desired {
			return false
		}
		dep := w.castOf(target)
		return dep.main != nil && len(dep.olds) == 0 && dep.fresh(*dep.main) &&
			dep.main.obj.Created.After(c.main.obj.Container.StartedAt)
	})
}

// byEngine reports that the engine restarts a container, and not we.
func byEngine(obj spec.Object) bool {
	return obj.Container.RestartManagedBy == spec.RestartByEngine
}

// unwell reports that a container runs, is not healthy, and is to be restarted
// for that.
func (w World) unwell(c cast) bool {
	h := w.healthOf(c.obj, c.main.obj)
	return h.Status == engine.HealthUnhealthy && h.curable &&
		c.obj.Container.RestartPolicy.Name != spec.RestartNo &&
		c.obj.Container.OnUnhealthy != spec.UnhealthyIgnore && !byEngine(c.obj)
}

// restartUnwell restarts with the same delays that follow an end. Until then it
// keeps running, and may get well by itself.
func (w World) restartUnwell(d Decision, c cast) Decision {
	state := c.main.obj.Container
	rec := w.History[d.Key]
	pace := PaceOf(c.obj.Container.RestartBackoff)
	streak := pace.Streak(rec, state, w.Now)
	health := w.healthOf(c.obj, c.main.obj)
	if exhausted(c.obj, streak) {
		d.Blocked = append(d.Blocked, Blocker{
			Key: d.Key, Reason: health.reason, Stalls: true,
			Message: health.message + ": it was restarted as often as its restart policy allows",
		})
		return d
	}
	if at := pace.NextStart(rec, state, w.Now); at.After(w.Now) {
		d.RequeueAfter = at.Sub(w.Now)
		d.Blocked = append(d.Blocked, Blocker{
			Key: d.Key, Reason: health.reason,
			Message: health.message + ": " + nextRestart(streak, at),
		})
		return d
	}
	return w.restart(d, c, CauseUnhealthy, streak+1, health.message)
}

// restart stops what runs and starts it again, unless it would have to wait for
// something in between.
func (w World) restart(d Decision, c cast, cause Cause, streak int, detail string) Decision {
	stop := w.stop(d.Key, *c.main, c.obj, cause)
	stop.Detail, stop.Streak = detail, streak
	if blockers := w.startBlockers(c.obj); len(blockers) > 0 {
		d.Blocked = append(d.Blocked, blockers...)
		return d
	}
	if len(c.obj.Container.InitContainers) > 0 { // they run in between
		d.Actions = append(d.Actions, stop)
		return d
	}
	next := w.start(d, c, *c.main, cause)
	start := next.Actions[len(next.Actions)-1]
	start.Streak, start.Detail = streak, detail
	next.Actions = append(d.Actions, stop, start)
	return next
}

// exhausted reports that a restart policy allows no restart more.
func exhausted(obj spec.Object, streak int) bool {
	policy := obj.Container.RestartPolicy
	return policy.Name == spec.RestartNo || policy.Name == spec.RestartOnFailure &&
		policy.MaximumRetryCount > 0 && streak >= policy.MaximumRetryCount
}
