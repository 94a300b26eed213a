// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// synced reports whether the live object is as declared.
func (v view) synced() condition.Condition {
	if v.d.Key.Kind != spec.KindContainer {
		return v.boundSynced()
	}
	switch {
	case v.initAtRest():
		return v.newCondition(condition.Synced, true, condition.ReasonSynced, "")
	case v.state == nil:
		return v.newCondition(condition.Synced, false, condition.ReasonNotCreated, "")
	case !v.incs.upToDate(*v.incs.main) || v.incs.stranded():
		if b, found := v.blocked(condition.ReasonReplacementFailed); found {
			return v.newCondition(condition.Synced, false, b.Reason, b.Message)
		}
		return v.newCondition(condition.Synced, false, condition.ReasonReplacing, "the manifest changed")
	case v.offline():
		return v.newCondition(condition.Synced, false, condition.ReasonDrifted, "spec.networks: connected to none of them")
	case len(v.incs.attach(*v.incs.main)) > 0:
		return v.newCondition(condition.Synced, false, condition.ReasonDrifted, "spec.networks")
	}
	return v.drifted()
}

// drifted reports which fields of the live container differ from the manifest.
func (v view) drifted() condition.Condition {
	found := v.incs.differences()
	if v.incs.nameDrifts() {
		found = append([]engine.Difference{{Field: "containerName", Have: v.incs.main.obj.Name}}, found...)
	}
	if len(found) == 0 || v.obj.Container.Drift == spec.DriftIgnore {
		return v.newCondition(condition.Synced, true, condition.ReasonSynced, "")
	}
	message := describeDrift(found)
	switch {
	case v.obj.Container.Drift == spec.DriftWarn:
		message += ": not corrected (drift: Warn)"
	case v.w.History[v.d.Key].Rejected == v.incs.hash && !v.incs.corrects(found):
		message += ": not corrected, because the replacement failed: " + v.w.History[v.d.Key].RejectedFor
	case v.incs.nameDrifts():
	case !v.incs.corrects(found):
		message += ": not corrected again, because the engine reverted the correction"
	}
	return v.newCondition(condition.Synced, false, condition.ReasonDrifted, message)
}

// boundSynced reports whether a network or volume is as declared.
func (v view) boundSynced() condition.Condition {
	if b, found := v.blocked(condition.ReasonImmutableChanged); found {
		return v.newCondition(condition.Synced, false, b.Reason, b.Message)
	}
	if (networks{v.w}).outdated(v.obj) {
		return v.newCondition(condition.Synced, false, condition.ReasonReplacing, "the manifest changed")
	}
	if (networks{v.w}).present(v.obj) {
		return v.newCondition(condition.Synced, true, condition.ReasonSynced, "")
	}
	if b, uncertain := v.uncertain(); uncertain {
		return v.newUnknown(condition.Synced, b.Reason, b.Message)
	}
	return v.newCondition(condition.Synced, false, condition.ReasonNotCreated, "")
}
