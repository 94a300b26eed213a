// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// ready summarizes: the object exists, is as declared, and works.
func (v view) ready() condition.Condition {
	if !v.desired {
		return v.notDesired()
	}
	if b, uncertain := v.uncertain(); uncertain {
		return v.newUnknown(condition.Ready, b.Reason, b.Message)
	}
	if len(v.d.Blocked) > 0 {
		if b := worstBlocker(v.d.Blocked); b.Stalls || !v.runsAsDeclared() {
			return v.newCondition(condition.Ready, false, b.Reason, b.Message)
		}
	}
	synced := v.synced()
	if v.d.Key.Kind != spec.KindContainer {
		ok := synced.Status == "True"
		if ok {
			return v.newCondition(condition.Ready, true, condition.ReasonPresent, "")
		}
		return v.newCondition(condition.Ready, false, condition.Reason(synced.Reason), synced.Message)
	}
	for _, c := range []condition.Condition{v.running(), v.healthy(), synced} {
		tolerated := c.Reason == string(condition.ReasonDrifted) && v.state.Running() && len(v.d.Actions) == 0 && !v.offline()
		if c.Status != "True" && !tolerated { // a container with drift that is not corrected works
			return v.newCondition(condition.Ready, false, condition.Reason(c.Reason), c.Message)
		}
	}
	return v.newCondition(condition.Ready, true, condition.Reason(v.running().Reason), "")
}

// runsAsDeclared reports whether a container runs as declared, so that a
// blocker does not make it unready.
func (v view) runsAsDeclared() bool {
	return v.state != nil && v.state.Status == engine.StatusRunning && v.incs.upToDate(*v.incs.main) && !v.offline()
}

// offline reports whether the container is on none of its declared networks.
func (v view) offline() bool {
	return v.incs != nil && v.state != nil && (networks{v.w}).offline(v.obj, v.incs.main.obj)
}

// notDesired returns the condition Ready of an object that is not desired.
func (v view) notDesired() condition.Condition {
	switch {
	case len(v.w.index.problems[v.d.Key]) > 0:
		c := v.accepted()
		return v.newCondition(condition.Ready, false, condition.Reason(c.Reason), c.Message)
	case len(v.d.Blocked) > 0 && (v.w.suspended(v.d.Key) || pruning{v.w}.keptPaused(v.d.Key)):
		b := v.d.Blocked[0]
		return v.newCondition(condition.Ready, false, b.Reason, b.Message)
	case v.w.index.withheld[v.d.Key]:
		b := withheldBlocker(v.d.Key)
		return v.newUnknown(condition.Ready, b.Reason, b.Message)
	case v.w.Prune.Off && (pruning{v.w}).orphaned(v.d.Key):
		return v.newCondition(condition.Ready, pruning{v.w}.orphanWorks(v.d.Key), condition.ReasonPruneDisabled, "no manifest declares it any more, and pruning is disabled")
	case (pruning{v.w}).keptUndeclared(v.d.Key):
		return v.newUnknown(condition.Ready, condition.ReasonSourceUnavailable,
			"not removed, because a manifest that may declare it cannot be read")
	case len(v.d.Blocked) > 0:
		b := worstBlocker(v.d.Blocked)
		return v.newCondition(condition.Ready, false, b.Reason, b.Message)
	}
	return v.newCondition(condition.Ready, false, condition.ReasonDeleting, "no manifest declares it any more")
}

// abnormal returns the conditions that are present only while they are true.
func (v view) abnormal() []condition.Condition {
	var out []condition.Condition
	stalled := slices.IndexFunc(v.d.Blocked, func(b Blocker) bool { return b.Stalls })
	rejected := !v.desired && len(v.w.index.problems[v.d.Key]) > 0
	switch {
	case v.w.suspended(v.d.Key):
		out = append(out, v.newCondition(condition.Suspended, true, condition.ReasonSuspended, ""))
	case rejected:
		c := v.accepted()
		out = append(out, v.newCondition(condition.Stalled, true, condition.Reason(c.Reason), c.Message))
	case stalled >= 0:
		b := v.d.Blocked[stalled]
		out = append(out, v.newCondition(condition.Stalled, true, b.Reason, b.Message))
	case len(v.d.Actions) > 0:
		a := v.d.Actions[0]
		out = append(out, v.newCondition(condition.Reconciling, true, a.Reason.condition(), a.String()))
	case len(v.d.Blocked) > 0:
		b := v.d.Blocked[0]
		out = append(out, v.newCondition(condition.Reconciling, true, b.Reason, b.Message))
	case v.health.Status == engine.HealthStarting:
		out = append(out, v.newCondition(condition.Reconciling, true, condition.ReasonHealthStarting, ""))
	}
	if b, loops := v.crashLoops(); loops {
		out = append(out, v.newCondition(condition.CrashLooping, true, b.Reason, b.Message))
	}
	out = append(out, v.labelsCopied()...)
	return append(out, v.pressures()...)
}

// labelsCopied returns the condition of a container whose labels other containers
// carry too, because a tool cloned it. The others are foreign.
func (v view) labelsCopied() []condition.Condition {
	copies := v.w.index.copies[v.d.Key]
	if len(copies) == 0 {
		return nil
	}
	names := make([]string, len(copies))
	for i, obj := range copies {
		names[i] = strconv.Quote(obj.Name)
	}
	slices.Sort(names)
	return []condition.Condition{v.newCondition(condition.LabelsCopied, true, condition.ReasonLabelsCopied,
		"not managed, although it has the labels of this container: "+strings.Join(names, ", "))}
}

// crashLoops returns the blocker that delays the next restart of a container whose
// last restarts did not last.
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
