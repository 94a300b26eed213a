// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Conditions returns the conditions of the resource that d was decided for.
// Transition times are taken from previous where a status is unchanged.
func Conditions(w World, d Decision, previous []condition.Condition) []condition.Condition {
	v := viewOf(w, d)
	next := []condition.Condition{v.accepted()}
	if v.desired && d.Key.Kind == spec.KindContainer {
		next = append(next, v.dependencies(), v.image(), v.running(), v.healthy())
	}
	if v.desired {
		next = append(next, v.synced())
	}
	next = append(next, v.ready())
	next = append(next, v.abnormal()...)
	return condition.Merge(previous, next, w.Now)
}

// view computes the conditions and the phase of one resource.
type view struct {
	w       World
	d       Decision
	obj     spec.Object
	desired bool
	// incs is set for desired containers only. state and health belong to its main
	// incarnation; state is nil when there is none.
	incs   *incarnations
	state  *engine.Container
	health Health
}

func viewOf(w World, d Decision) view {
	v := view{w: w, d: d}
	v.obj, v.desired = w.Desired.Objects[d.Key]
	if v.desired && d.Key.Kind == spec.KindContainer {
		v.incs = incarnationsOf(w, v.obj)
		if v.state = v.incs.state(); v.state != nil {
			v.health = v.incs.health()
		}
	}
	return v
}

// initAtRest reports whether the decision leaves an init container alone, because
// its container does not wait for it.
func (v view) initAtRest() bool {
	return v.obj.Init != nil && len(v.d.Actions) == 0 && len(v.d.Blocked) == 0 && (v.state == nil || !v.state.Running())
}

func (v view) newCondition(t condition.Type, ok bool, reason condition.Reason, message string) condition.Condition {
	return condition.Make(t, condition.Bool(ok), reason, message, v.obj.Generation)
}

func (v view) newUnknown(t condition.Type, reason condition.Reason, message string) condition.Condition {
	return condition.Make(t, "Unknown", reason, message, v.obj.Generation)
}

func (v view) accepted() condition.Condition {
	problems := v.w.index.problems[v.d.Key]
	if len(problems) == 0 {
		return v.newCondition(condition.Accepted, true, condition.ReasonAccepted, "")
	}
	message := problems[0].Error.Error()
	for _, p := range problems[1:] {
		message += "\n" + p.Error.Error()
	}
	return v.newCondition(condition.Accepted, false, condition.Reason(problems[0].Reason), message)
}

func (v view) dependencies() condition.Condition {
	if len(v.obj.Edges()) == 0 {
		return v.newCondition(condition.DependenciesReady, true, condition.ReasonNoDependencies, "")
	}
	blockers := dependencies{v.w}.needBlockers(v.obj)
	if len(blockers) == 0 {
		return v.newCondition(condition.DependenciesReady, true, condition.ReasonDependenciesReady, "")
	}
	b := worstBlocker(blockers)
	if b.unobserved() {
		return v.newUnknown(condition.DependenciesReady, b.Reason, b.Message)
	}
	return v.newCondition(condition.DependenciesReady, false, b.Reason, b.Message)
}

func (v view) image() condition.Condition {
	if v.w.hasImage(v.obj) || v.state != nil && v.incs.upToDate(*v.incs.main) {
		return v.newCondition(condition.ImageAvailable, true, condition.ReasonImagePresent, "")
	}
	if v.w.unread(engine.KindImage) {
		b := v.w.unreadBlocker(v.d.Key, engine.KindImage)
		return v.newUnknown(condition.ImageAvailable, b.Reason, b.Message)
	}
	if b, found := v.blocked(condition.ReasonImageNotFound, condition.ReasonImagePullUnauthed,
		condition.ReasonImagePullBackOff, condition.ReasonImageNeverPull); found {
		return v.newCondition(condition.ImageAvailable, false, b.Reason, b.Message)
	}
	if message, pulling := (images{v.w}).progress(v.obj); pulling {
		return v.newCondition(condition.ImageAvailable, false, condition.ReasonImagePulling, message)
	}
	return v.newCondition(condition.ImageAvailable, false, condition.ReasonImageNotPresent,
		"the engine does not have the image "+v.obj.Container.ImageReference()+" yet")
}

// blocked returns the first blocker with one of those reasons.
func (v view) blocked(reasons ...condition.Reason) (Blocker, bool) {
	for _, b := range v.d.Blocked {
		if slices.Contains(reasons, b.Reason) {
			return b, true
		}
	}
	return Blocker{}, false
}

func (v view) running() condition.Condition {
	switch {
	case v.initAtRest():
		return v.newCondition(condition.Running, true, condition.ReasonCompleted, "runs before each start of "+v.obj.Init.Container)
	case v.state == nil:
		if message, pulling := (images{v.w}).progress(v.obj); pulling {
			return v.newCondition(condition.Running, false, condition.ReasonImagePulling, message)
		}
		return v.newCondition(condition.Running, false, condition.ReasonNotCreated, "")
	case v.state.Status == engine.StatusPaused:
		return v.newCondition(condition.Running, true, condition.ReasonPaused, "paused at the engine")
	case v.state.Running():
		return v.newCondition(condition.Running, true, condition.ReasonRunning, "")
	case v.state.StartedAt.IsZero():
		return v.newCondition(condition.Running, false, condition.ReasonPending, v.state.Error)
	case v.incs.finished():
		return v.newCondition(condition.Running, true, condition.ReasonCompleted, "")
	}
	return v.newCondition(condition.Running, false, exitReason(v.state), exitMessage(v.state))
}

func (v view) healthy() condition.Condition {
	switch {
	case v.initAtRest():
		return v.newCondition(condition.Healthy, true, condition.ReasonCompleted, "")
	case v.state != nil && v.state.Status == engine.StatusExited && v.incs.finished():
		return v.newCondition(condition.Healthy, true, condition.ReasonCompleted, "")
	case v.state == nil || !v.state.Running():
		return v.newUnknown(condition.Healthy, condition.ReasonNotRunning, "")
	case v.health.Status == engine.HealthNone:
		return v.newCondition(condition.Healthy, true, condition.ReasonNoHealthCheck, "")
	case v.health.Status == engine.HealthHealthy:
		return v.newCondition(condition.Healthy, true, condition.ReasonHealthy, "")
	case v.health.Status == engine.HealthStarting:
		return v.newUnknown(condition.Healthy, v.health.reason, v.health.message)
	}
	return v.newCondition(condition.Healthy, false, v.health.reason, v.health.message)
}
