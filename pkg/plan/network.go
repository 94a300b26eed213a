// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// decideNetwork creates a network, or replaces a stale one once nothing is on it.
func (w World) decideNetwork(obj spec.Object) Decision {
	k := obj.Key()
	d := Decision{Key: k}
	if obj.External() {
		return w.decideExternal(obj, condition.ReasonNetworkNotFound)
	}
	kept := false
	for _, inc := range w.index.owned[k] {
		if !kept && !w.stale(obj, inc) && inc.obj.Name == obj.EngineName() {
			kept = true
			continue
		}
		if blockers := w.usersInTheWay(inc.obj); len(blockers) > 0 {
			d.Blocked = append(d.Blocked, blockers...)
			kept = kept || inc.obj.Name == obj.EngineName()
			continue
		}
		w.remove(&d, inc, obj, CauseSpecChanged, "")
	}
	if !kept {
		d.Actions = append(d.Actions, Action{
			Verb: Create, Key: k, Object: obj, Network: networkConfig(obj), Reason: CauseMissing,
		})
	}
	d.Blocked = sortBlockers(d.Blocked)
	return w.gateFailure(d, w.hashOf(obj))
}

// decideExternal only looks whether an object exists that others care for.
func (w World) decideExternal(obj spec.Object, missing condition.Reason) Decision {
	p := place{owner.EngineKind(obj.Kind), obj.EngineName()}
	if len(w.index.named[p]) > 0 {
		return Decision{Key: obj.Key()}
	}
	return w.wait(obj.Key(), Blocker{
		Key: obj.Key(), Reason: missing, Stalls: true,
		Message: "the external " + string(p.kind) + " " + p.name + " does not exist: create it, or drop external",
	})
}

// goes reports that a desired network or volume is stale, may be replaced, and is
// held back by nothing foreign: the containers bound to it have to leave.
func (w World) goes(obj spec.Object) bool {
	if obj.External() || w.suspended(obj.Key()) || obj.Volume != nil && obj.Volume.OnImmutableChange != spec.ImmutableRecreate {
		return false
	}
	goes := false
	for _, inc := range w.index.owned[obj.Key()] {
		if !w.stale(obj, inc) && inc.obj.Name == obj.EngineName() {
			return false
		}
		for _, b := range w.usersInTheWay(inc.obj) {
			if b.Stalls {
				return false
			}
		}
		goes = true
	}
	return goes
}

// outdated reports that what stands for a network or volume was made from
// another manifest.
func (w World) outdated(obj spec.Object) bool {
	return slices.ContainsFunc(w.index.owned[obj.Key()], func(inc incarnation) bool {
		return inc.obj.Name == obj.EngineName() && w.stale(obj, inc)
	})
}

func (w World) stale(obj spec.Object, inc incarnation) bool {
	h := w.hashOf(obj)
	return inc.id.Hash != h && h.Comparable(inc.id.Hash)
}

// decideVolume creates a volume. One that exists is replaced only where the
// manifest says so: its data goes with it.
func (w World) decideVolume(obj spec.Object) Decision {
	k := obj.Key()
	if obj.External() {
		return w.decideExternal(obj, condition.ReasonVolumeNotFound)
	}
	for _, inc := range w.index.owned[k] {
		if inc.obj.Name != obj.EngineName() {
			continue
		}
		switch recreate := obj.Volume.OnImmutableChange == spec.ImmutableRecreate; {
		case w.stale(obj, inc) && recreate:
			return w.replaceVolume(obj, inc)
		case w.stale(obj, inc):
			return w.wait(k, Blocker{
				Key: k, Reason: condition.ReasonImmutableChanged, Stalls: true,
				Message: "the volume " + inc.obj.Name + " was made from another manifest, and volumes cannot be changed: " +
					"undo the change, save the data and remove the volume, or say onImmutableChange: Recreate",
			})
		}
		return Decision{Key: k}
	}
	d := Decision{Key: k, Actions: []Action{{
		Verb: Create, Key: k, Object: obj, Volume: volumeConfig(obj), Reason: CauseMissing,
	}}}
	return w.gateFailure(d, w.hashOf(obj))
}

// replaceVolume makes a volume anew, data and all, once nothing mounts it.
func (w World) replaceVolume(obj spec.Object, inc incarnation) Decision {
	d := Decision{Key: obj.Key()}
	if d.Blocked = sortBlockers(w.usersInTheWay(inc.obj)); len(d.Blocked) > 0 {
		return d
	}
	w.remove(&d, inc, obj, CauseSpecChanged, "")
	d.Actions = append(d.Actions, Action{
		Verb: Create, Key: d.Key, Object: obj, Volume: volumeConfig(obj), Reason: CauseSpecChanged,
	})
	return w.gateFailure(d, w.hashOf(obj))
}

// present reports that a desired network or volume exists and is not about to
// be replaced.
func (w World) present(obj spec.Object) bool {
	if obj.Kind.Content() {
		return true // to be declared is all there is to it
	}
	p := place{owner.EngineKind(obj.Kind), obj.EngineName()}
	if obj.External() {
		return len(w.index.named[p]) == 1
	}
	if w.goes(obj) {
		return false
	}
	for _, holder := range w.index.named[p] {
		if w.index.keyOf[holder.ID] == obj.Key() {
			return p.kind == engine.KindVolume || len(w.index.named[p]) == 1
		}
	}
	return false
}
