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
	// incs is set for desired containers only. state and health are those of its
	// main incarnation; state is nil when there is none.
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

func (v view) make(t condition.Type, ok bool, reason condition.Reason, message string) condition.Condition {
	return condition.Make(t, condition.Bool(ok), reason, message, v.obj.Generation)
}

func (v view) unknown(t condition.Type, reason condition.Reason, message string) condition.Condition {
	return condition.Make(t, "Unknown", reason, message, v.obj.Generation)
}

func (v view) accepted() condition.Condition {
	problems := v.w.index.problems[v.d.Key]
	if len(problems) == 0 {
		return v.make(condition.Accepted, true, condition.ReasonAccepted, "")
	}
	message := problems[0].Error.Error()
	for _, p := range problems[1:] {
		message += "\n" + p.Error.Error()
	}
	return v.make(condition.Accepted, false, condition.Reason(problems[0].Reason), message)
}

func (v view) dependencies() condition.Condition {
	if len(v.obj.Edges()) == 0 {
		return v.make(condition.DependenciesReady, true, condition.ReasonNoDependencies, "")
	}
	blockers := dependencies{v.w}.needBlockers(v.obj)
	if len(blockers) == 0 {
		return v.make(condition.DependenciesReady, true, condition.ReasonDependenciesReady, "")
	}
	b := worst(blockers)
	if b.unobserved() {
		return v.unknown(condition.DependenciesReady, b.Reason, b.Message)
	}
	return v.make(condition.DependenciesReady, false, b.Reason, b.Message)
}

func (v view) image() condition.Condition {
	if v.w.hasImage(v.obj) || v.state != nil && v.incs.fresh(*v.incs.main) {
		return v.make(condition.ImageAvailable, true, condition.ReasonImagePresent, "")
	}
	if v.w.unread(engine.KindImage) {
		b := v.w.unreadBlocker(v.d.Key, engine.KindImage)
		return v.unknown(condition.ImageAvailable, b.Reason, b.Message)
	}
	if b, found := v.blocked(condition.ReasonImageNotFound, condition.ReasonImagePullUnauthed,
		condition.ReasonImagePullBackOff, condition.ReasonImageNeverPull); found {
		return v.make(condition.ImageAvailable, false, b.Reason, b.Message)
	}
	if message, pulling := (images{v.w}).progress(v.obj); pulling {
		return v.make(condition.ImageAvailable, false, condition.ReasonImagePulling, message)
	}
	return v.make(condition.ImageAvailable, false, condition.ReasonImageNotPresent,
		"the engine does not have the image "+v.obj.Container.ImageReference()+" yet")
}

// blocked is the first blocker of one of those reasons.
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
		return v.make(condition.Running, true, condition.ReasonCompleted, "runs before each start of "+v.obj.Init.Container)
	case v.state == nil:
		if message, pulling := (images{v.w}).progress(v.obj); pulling {
			return v.make(condition.Running, false, condition.ReasonImagePulling, message)
		}
		return v.make(condition.Running, false, condition.ReasonNotCreated, "")
	case v.state.Status == engine.StatusPaused:
		return v.make(condition.Running, true, condition.ReasonPaused, "paused at the engine")
	case v.state.Running():
		return v.make(condition.Running, true, condition.ReasonRunning, "")
	case v.state.StartedAt.IsZero():
		return v.make(condition.Running, false, condition.ReasonPending, v.state.Error)
	case v.incs.finished():
		return v.make(condition.Running, true, condition.ReasonCompleted, "")
	}
	return v.make(condition.Running, false, exitReason(v.state), exitMessage(v.state))
}

func (v view) healthy() condition.Condition {
	switch {
	case v.initAtRest():
		return v.make(condition.Healthy, true, condition.ReasonCompleted, "")
	case v.state != nil && v.state.Status == engine.StatusExited && v.incs.finished():
		return v.make(condition.Healthy, true, condition.ReasonCompleted, "")
	case v.state == nil || !v.state.Running():
		return v.unknown(condition.Healthy, condition.ReasonNotRunning, "")
	case v.health.Status == engine.HealthNone:
		return v.make(condition.Healthy, true, condition.ReasonNoHealthCheck, "")
	case v.health.Status == engine.HealthHealthy:
		return v.make(condition.Healthy, true, condition.ReasonHealthy, "")
	case v.health.Status == engine.HealthStarting:
		return v.unknown(condition.Healthy, v.health.reason, v.health.message)
	}
	return v.make(condition.Healthy, false, v.health.reason, v.health.message)
}

func (v view) synced() condition.Condition {
	if v.d.Key.Kind != spec.KindContainer {
		if b, found := v.blocked(condition.ReasonImmutableChanged); found {
			return v.make(condition.Synced, false, b.Reason, b.Message)
		}
		if (networks{v.w}).outdated(v.obj) {
			return v.make(condition.Synced, false, condition.ReasonReplacing, "the manifest changed")
		}
		if (networks{v.w}).present(v.obj) {
			return v.make(condition.Synced, true, condition.ReasonSynced, "")
		}
		if b, uncertain := v.uncertain(); uncertain {
			return v.unknown(condition.Synced, b.Reason, b.Message)
		}
		return v.make(condition.Synced, false, condition.ReasonNotCreated, "")
	}
	switch {
	case v.initAtRest():
		return v.make(condition.Synced, true, condition.ReasonSynced, "")
	case v.state == nil:
		return v.make(condition.Synced, false, condition.ReasonNotCreated, "")
	case !v.incs.fresh(*v.incs.main):
		if b, found := v.blocked(condition.ReasonReplacementFailed); found {
			return v.make(condition.Synced, false, b.Reason, b.Message)
		}
		return v.make(condition.Synced, false, condition.ReasonReplacing, "the manifest changed")
	case len(v.incs.attach(*v.incs.main)) > 0:
		return v.make(condition.Synced, false, condition.ReasonDrifted, "spec.networks")
	}
	return v.drifted()
}

// drifted says which fields the live container does not match.
func (v view) drifted() condition.Condition {
	found := v.incs.drift()
	if len(found) == 0 || v.obj.Container.Drift == spec.DriftIgnore {
		return v.make(condition.Synced, true, condition.ReasonSynced, "")
	}
	message := describeDrift(found)
	switch {
	case v.obj.Container.Drift == spec.DriftWarn:
		message += ": not corrected (drift: Warn)"
	case v.w.History[v.d.Key].Rejected == v.incs.hash && !v.incs.corrects(found):
		message += ": not corrected, because the replacement failed: " + v.w.History[v.d.Key].RejectedFor
	case !v.incs.corrects(found):
		message += ": not corrected again, because the engine reverted the correction"
	}
	return v.make(condition.Synced, false, condition.ReasonDrifted, message)
}

// ready sums up: what is declared is there, as declared, and works.
func (v view) ready() condition.Condition {
	if !v.desired {
		return v.notDesired()
	}
	if b, uncertain := v.uncertain(); uncertain {
		return v.unknown(condition.Ready, b.Reason, b.Message)
	}
	if len(v.d.Blocked) > 0 {
		if b := worst(v.d.Blocked); b.Stalls || !v.works() {
			return v.make(condition.Ready, false, b.Reason, b.Message)
		}
	}
	synced := v.synced()
	if v.d.Key.Kind != spec.KindContainer {
		ok := synced.Status == "True"
		if ok {
			return v.make(condition.Ready, true, condition.ReasonPresent, "")
		}
		return v.make(condition.Ready, false, condition.Reason(synced.Reason), synced.Message)
	}
	for _, c := range []condition.Condition{v.running(), v.healthy(), synced} {
		told := c.Reason == string(condition.ReasonDrifted) && v.state.Running() && len(v.d.Actions) == 0
		if c.Status != "True" && !told { // a drift that is left so does not keep it from working
			return v.make(condition.Ready, false, condition.Reason(c.Reason), c.Message)
		}
	}
	return v.make(condition.Ready, true, condition.Reason(v.running().Reason), "")
}

// works reports that a container runs and is not known to be unhealthy, so that
// what it waits for is no reason to call it unready.
func (v view) works() bool {
	return v.state != nil && v.state.Status == engine.StatusRunning && v.incs.fresh(*v.incs.main)
}

func (v view) notDesired() condition.Condition {
	switch {
	case len(v.w.index.problems[v.d.Key]) > 0:
		c := v.accepted()
		return v.make(condition.Ready, false, condition.Reason(c.Reason), c.Message)
	case v.w.index.withheld[v.d.Key]:
		b := withheldBlocker(v.d.Key)
		return v.unknown(condition.Ready, b.Reason, b.Message)
	case v.w.Prune.Off && (pruning{v.w}).orphaned(v.d.Key):
		return v.make(condition.Ready, pruning{v.w}.works(v.d.Key), condition.ReasonPruneDisabled, "no manifest declares it any more, and pruning is disabled")
	case (pruning{v.w}).kept(v.d.Key):
		return v.unknown(condition.Ready, condition.ReasonSourceUnavailable,
			"not removed, because a manifest that may declare it cannot be read")
	case len(v.d.Blocked) > 0:
		b := worst(v.d.Blocked)
		return v.make(condition.Ready, false, b.Reason, b.Message)
	}
	return v.make(condition.Ready, false, condition.ReasonDeleting, "no manifest declares it any more")
}

// abnormal are the conditions that are shown only while they are true.
func (v view) abnormal() []condition.Condition {
	var out []condition.Condition
	stalled := slices.IndexFunc(v.d.Blocked, func(b Blocker) bool { return b.Stalls })
	rejected := !v.desired && len(v.w.index.problems[v.d.Key]) > 0
	switch {
	case v.w.suspended(v.d.Key):
		out = append(out, v.make(condition.Suspended, true, condition.ReasonSuspended, ""))
	case rejected:
		c := v.accepted()
		out = append(out, v.make(condition.Stalled, true, condition.Reason(c.Reason), c.Message))
	case stalled >= 0:
		b := v.d.Blocked[stalled]
		out = append(out, v.make(condition.Stalled, true, b.Reason, b.Message))
	case len(v.d.Actions) > 0:
		a := v.d.Actions[0]
		out = append(out, v.make(condition.Reconciling, true, a.Reason.condition(), a.String()))
	case len(v.d.Blocked) > 0:
		b := v.d.Blocked[0]
		out = append(out, v.make(condition.Reconciling, true, b.Reason, b.Message))
	case v.health.Status == engine.HealthStarting:
		out = append(out, v.make(condition.Reconciling, true, condition.ReasonHealthStarting, ""))
	}
	if b, loops := v.crashLoops(); loops {
		out = append(out, v.make(condition.CrashLooping, true, b.Reason, b.Message))
	}
	return append(out, v.pressures()...)
}

// crashLoops finds what delays the next restart of a container that was restarted
// more than once to no avail.
func (v view) crashLoops() (Blocker, bool) {
	i := slices.IndexFunc(v.d.Blocked, func(b Blocker) bool {
		switch b.Reason {
		case condition.ReasonBackOff, condition.ReasonHealthCheckFailed, condition.ReasonProbeFailed, condition.ReasonStartTimeout:
			return b.Key == v.d.Key
		}
		return false
	})
	if i < 0 || v.w.History[v.d.Key].Streak <= 1 {
		return Blocker{}, false
	}
	return v.d.Blocked[i], true
}
