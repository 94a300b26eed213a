// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Decide says what to do for one resource now, and what it waits for.
func Decide(w World, k spec.Key) Decision {
	obj, desired := w.Desired.Objects[k]
	if !desired {
		return w.decideUndesired(k)
	}
	if w.suspended(k) {
		return w.wait(k, Blocker{
			Key: k, Reason: condition.ReasonSuspended,
			Message: "observed, never acted on",
		})
	}
	if w.index.cyclic[k] && k.Kind == spec.KindContainer && len(w.index.owned[k]) == 0 {
		return w.wait(k, w.cycleBlocker(k))
	}
	if rival, taken := w.nameTaken(obj); taken {
		return w.wait(k, rival)
	}
	switch k.Kind {
	case spec.KindContainer:
		return w.decideContainer(obj)
	case spec.KindNetwork:
		return w.decideNetwork(obj)
	case spec.KindVolume:
		return w.decideVolume(obj)
	}
	return Decision{Key: k}
}

// decideUndesired removes what no manifest declares, once nothing needs it.
func (w World) decideUndesired(k spec.Key) Decision {
	if w.index.withheld[k] {
		return w.wait(k, withheldBlocker(k))
	}
	if !w.doomedByAbsence(k) {
		return Decision{Key: k}
	}
	if blockers := w.dependentsInTheWay(k); len(blockers) > 0 && k.Kind == spec.KindContainer {
		return w.wait(k, blockers...)
	}
	d := Decision{Key: k}
	for _, inc := range w.index.owned[k] {
		if !w.prunable(inc) {
			continue
		}
		if blockers := w.usersInTheWay(inc.obj); len(blockers) > 0 {
			d.Blocked = append(d.Blocked, blockers...)
			continue
		}
		w.remove(&d, inc, spec.Object{}, CauseNotDesired, "")
	}
	return w.gateFailure(d, "")
}

// remove appends what takes an incarnation away: a stop first when it runs.
func (w World) remove(d *Decision, inc incarnation, obj spec.Object, cause Cause, detail string) {
	if c := inc.obj.Container; c != nil {
		if c.Status == engine.StatusRemoving {
			d.RequeueAfter = settle
			return
		}
		if c.Running() {
			d.Actions = append(d.Actions, w.stop(d.Key, inc, obj, cause))
		}
	}
	d.Actions = append(d.Actions, Action{
		Verb: Remove, Key: d.Key, Object: obj, Target: inc.obj.ID, Reason: cause, Detail: detail,
	})
}

// stop stops an incarnation with the grace of the manifest, else that which it
// was created with.
func (w World) stop(k spec.Key, inc incarnation, obj spec.Object, cause Cause) Action {
	grace := inc.id.Grace.Std()
	if obj.Container != nil {
		grace = obj.Container.StopGracePeriod.Std()
	}
	if grace == 0 {
		grace = defaultGrace
	}
	return Action{Verb: Stop, Key: k, Object: obj, Target: inc.obj.ID, Grace: grace, Reason: cause}
}

const (
	// defaultGrace is the stop timeout where none is declared.
	defaultGrace = 10 * time.Second
	// settle is how soon to look again at what changes by itself.
	settle = time.Second
)

// wait is a decision to do nothing because of blockers.
func (w World) wait(k spec.Key, blockers ...Blocker) Decision {
	return Decision{Key: k, Blocked: sortBlockers(blockers)}
}

func sortBlockers(blockers []Blocker) []Blocker {
	slices.SortStableFunc(blockers, func(a, b Blocker) int { return a.Key.Compare(b.Key) })
	return slices.CompactFunc(blockers, func(a, b Blocker) bool { return a == b })
}

// nameTaken finds who has, or has a better claim to, the engine name of obj:
// another manifest, or an object that is not ours.
func (w World) nameTaken(obj spec.Object) (Blocker, bool) {
	k := obj.Key()
	if k.Kind.Content() {
		return Blocker{}, false
	}
	p := place{owner.EngineKind(k.Kind), obj.EngineName()}
	for _, rival := range w.index.claims[p] {
		if rival != k && w.betterClaim(rival, k, p) {
			return Blocker{
				Key: rival, Reason: condition.ReasonNameInUse, Stalls: true,
				Message: "the engine name " + p.name + " is also that of " + rival.String() +
					": rename one of them",
			}, true
		}
	}
	for _, holder := range w.index.named[p] {
		if w.index.keyOf[holder.ID] == k || obj.External() {
			continue
		}
		return w.nameBlocker(k, p, holder), true
	}
	return Blocker{}, false
}

// nameBlocker says who holds a name and what can be done about it.
func (w World) nameBlocker(k spec.Key, p place, holder engine.Object) Blocker {
	if other, ours := w.index.keyOf[holder.ID]; ours {
		return Blocker{
			Key: other, Reason: condition.ReasonNameInUse,
			Message: "the engine name " + p.name + " is held by " + other.String(),
		}
	}
	hint := "rename or remove it"
	if p.kind != engine.KindContainer {
		hint += ", or declare it with external: true"
	}
	if instance := holder.Labels[owner.LabelInstance]; instance != "" && instance != w.Instance {
		hint = "it belongs to the instance " + instance
	}
	return Blocker{
		Key: k, Reason: condition.ReasonForeignObject, Stalls: true,
		Message: "the " + string(p.kind) + " " + p.name + " (" + holder.ID.String() +
			") exists and is not ours: " + hint,
	}
}

// betterClaim reports that rival rather than k may have a name: the one that
// holds it already, else the first by key.
func (w World) betterClaim(rival, k spec.Key, p place) bool {
	for _, holder := range w.index.named[p] {
		switch w.index.keyOf[holder.ID] {
		case rival:
			return true
		case k:
			return false
		}
	}
	return rival.Compare(k) < 0
}
