// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// networks decides for networks and volumes, the objects that containers are
// bound to.
type networks struct{ World }

// decideNetwork creates a network. A stale one is replaced once no container is
// attached to it.
func (n networks) decideNetwork(obj spec.Object) Decision {
	k := obj.Key()
	d := Decision{Key: k}
	if obj.External() {
		return n.decideExternal(obj, condition.ReasonNetworkNotFound)
	}
	kept := false
	for _, inc := range n.index.owned[k] {
		if !kept && !n.isStale(obj, inc) && inc.obj.Name == obj.EngineName() {
			kept = true
			continue
		}
		if blockers := n.usersInTheWay(inc.obj); len(blockers) > 0 {
			d.Blocked = append(d.Blocked, blockers...)
			kept = kept || inc.obj.Name == obj.EngineName()
			continue
		}
		remove(&d, inc, obj, CauseSpecChanged, "")
	}
	if !kept {
		d.Actions = append(d.Actions, Action{
			Verb: Create, Key: k, Object: obj, Network: networkConfig(obj), Reason: CauseMissing,
		})
	}
	d.Blocked = sortBlockers(d.Blocked)
	return delayRetry(n.World, n.whenListed(d, engine.KindNetwork), n.hashOf(obj))
}

// decideVolume creates a volume. A stale one is replaced only when the manifest
// allows it, because its data is lost.
func (n networks) decideVolume(obj spec.Object) Decision {
	k := obj.Key()
	if obj.External() {
		return n.decideExternal(obj, condition.ReasonVolumeNotFound)
	}
	for _, inc := range n.index.owned[k] {
		if inc.obj.Name != obj.EngineName() {
			continue
		}
		switch recreate := obj.Volume.OnImmutableChange == spec.ImmutableRecreate; {
		case n.isStale(obj, inc) && recreate:
			return n.whenListed(n.replaceVolume(obj, inc), engine.KindVolume)
		case n.isStale(obj, inc):
			return waitFor(k, Blocker{
				Key: k, Reason: condition.ReasonImmutableChanged, Stalls: true,
				Message: "the manifest of the volume " + inc.obj.Name + " changed, and volumes cannot be changed in place: " +
					"undo the change, back up the data and remove the volume, or set onImmutableChange: Recreate",
			})
		}
		return Decision{Key: k}
	}
	d := Decision{Key: k, Actions: []Action{{
		Verb: Create, Key: k, Object: obj, Volume: volumeConfig(obj), Reason: CauseMissing,
	}}}
	return delayRetry(n.World, n.whenListed(d, engine.KindVolume), n.hashOf(obj))
}

// replaceVolume deletes a volume with its data and creates it again, once no
// container mounts it.
func (n networks) replaceVolume(obj spec.Object, inc incarnation) Decision {
	d := Decision{Key: obj.Key()}
	if d.Blocked = sortBlockers(n.usersInTheWay(inc.obj)); len(d.Blocked) > 0 {
		return d
	}
	remove(&d, inc, obj, CauseSpecChanged, "")
	d.Actions = append(d.Actions, Action{
		Verb: Create, Key: d.Key, Object: obj, Volume: volumeConfig(obj), Reason: CauseSpecChanged,
	})
	return delayRetry(n.World, d, n.hashOf(obj))
}

// decideExternal only checks that an external object exists.
func (n networks) decideExternal(obj spec.Object, missing condition.Reason) Decision {
	name := nameOf(obj)
	if len(n.index.named[name]) > 0 {
		return Decision{Key: obj.Key()}
	}
	return n.whenListed(waitFor(obj.Key(), Blocker{
		Key: obj.Key(), Reason: missing, Stalls: true,
		Message: "the external " + string(name.kind) + " " + name.name + " does not exist: create it, correct " + string(name.kind) + "Name, or remove external: true",
	}), name.kind)
}

// isStale reports whether an incarnation was created from another version of the
// manifest.
func (n networks) isStale(obj spec.Object, inc incarnation) bool {
	h := n.hashOf(obj)
	return inc.id.Hash != h && h.Comparable(inc.id.Hash)
}

// outdated reports whether the network or volume with the desired engine name is
// stale.
func (n networks) outdated(obj spec.Object) bool {
	return slices.ContainsFunc(n.index.owned[obj.Key()], func(inc incarnation) bool {
		return inc.obj.Name == obj.EngineName() && n.isStale(obj, inc)
	})
}

// present reports whether a desired network or volume exists and is not about to
// be replaced. Configs and secrets exist as soon as they are declared.
func (n networks) present(obj spec.Object) bool {
	if obj.Kind.Content() {
		return true
	}
	name := nameOf(obj)
	if obj.External() {
		return len(n.index.named[name]) == 1
	}
	if n.beingReplaced(obj) {
		return false
	}
	for _, holder := range n.index.named[name] {
		if n.index.keyOf[holder.ID] == obj.Key() {
			return name.kind == engine.KindVolume || len(n.index.named[name]) == 1
		}
	}
	return false
}

// beingReplaced reports whether a desired network or volume is stale and may be
// replaced, and no foreign container prevents it. The containers of ours that
// are bound to it must be removed first.
func (n networks) beingReplaced(obj spec.Object) bool {
	if obj.External() || n.suspended(obj.Key()) || obj.Volume != nil && obj.Volume.OnImmutableChange != spec.ImmutableRecreate {
		return false
	}
	replaced := false
	for _, inc := range n.index.owned[obj.Key()] {
		if !n.isStale(obj, inc) && inc.obj.Name == obj.EngineName() {
			return false
		}
		for _, b := range n.usersInTheWay(inc.obj) {
			if b.Stalls {
				return false
			}
		}
		replaced = true
	}
	return replaced
}
