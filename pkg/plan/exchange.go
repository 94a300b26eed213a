// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/graph"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Host ports, engine names and static addresses are exclusive: one object has them
// at a time. When
// manifests exchange them, each object waits for another one to release what it
// needs, in a ring. Then one object gives way: it stops and takes a temporary name,
// although its replacement cannot start yet. The others follow one after the other,
// and the replacement starts last. No object gives way before the replacement of
// every object in the ring exists.

// exchange decides who gives way in a ring of objects that wait for each other.
type exchange struct{ World }

// ring returns the keys of a ring that k is in; nil when it is in none.
func (x exchange) ring(k spec.Key) map[spec.Key]bool {
	if len(x.holders(k)) == 0 && len(x.heldDependencies(k)) == 0 {
		return nil
	}
	var nodes []spec.Key
	for n := range graph.Reach([]spec.Key{k}, x.waitsFor) {
		nodes = append(nodes, n)
	}
	slices.SortFunc(nodes, spec.Key.Compare)
	component := graph.Components(nodes, x.waitsFor)
	ring, held := map[spec.Key]bool{}, false
	for _, n := range nodes {
		if component[n] == component[k] {
			ring[n] = true
		}
	}
	for n := range ring {
		held = held || slices.ContainsFunc(x.holders(n), func(h spec.Key) bool { return ring[h] })
	}
	if len(ring) < 2 || !held {
		return nil
	}
	return ring
}

// waitsFor returns the keys that k waits for because they have to release an
// exclusive resource, or are dependencies that are being replaced.
func (x exchange) waitsFor(k spec.Key) []spec.Key {
	return append(x.holders(k), x.heldDependencies(k)...)
}

// holders returns the keys whose objects have an exclusive resource that the
// manifest of k asks for and their own manifest does not.
func (x exchange) holders(k spec.Key) []spec.Key {
	obj, desired := x.Desired.Objects[k]
	if !desired || !x.movable(obj) {
		return nil
	}
	var keys []spec.Key
	if other, held := x.nameHolder(obj); held {
		keys = append(keys, other)
	}
	if obj.Container != nil {
		for _, b := range portConflicts(x).releasing(obj) {
			keys = append(keys, b.Key)
		}
		for _, b := range networks(x).heldAddresses(obj) {
			keys = append(keys, b.Key)
		}
	}
	return slices.DeleteFunc(keys, func(n spec.Key) bool {
		holder, desired := x.Desired.Objects[n]
		return !desired || !x.movable(holder)
	})
}

// nameHolder returns the key of another object of ours that has the engine name of
// obj, although its own manifest declares another name.
func (x exchange) nameHolder(obj spec.Object) (spec.Key, bool) {
	name := nameOf(obj)
	for _, holder := range x.index.named[name] {
		k, ours := x.index.keyOf[holder.ID]
		if ours && k != obj.Key() && !slices.Contains(x.index.claims[name], k) {
			return k, true
		}
	}
	return spec.Key{}, false
}

// movable reports whether an object would release its resources for an exchange.
// Volumes do not, because their data would be lost.
func (x exchange) movable(obj spec.Object) bool {
	k := obj.Key()
	if x.suspended(k) || obj.External() || obj.Init != nil {
		return false
	}
	if obj.Kind != spec.KindContainer {
		return obj.Kind == spec.KindNetwork
	}
	c := incarnationsOf(x.World, obj)
	_, held := c.holdBlocker()
	return !held && c.record().Rejected != c.hash && !x.index.missingDependency[k] &&
		(c.main == nil || c.main.obj.Container.Status != engine.StatusPaused)
}

// heldDependencies returns the dependencies that k waits for.
func (x exchange) heldDependencies(k spec.Key) []spec.Key {
	obj, desired := x.Desired.Objects[k]
	if !desired || obj.Container == nil || !x.movable(obj) {
		return nil
	}
	var keys []spec.Key
	for _, e := range obj.Edges() {
		target, desired := x.Desired.Objects[e.To]
		if desired && target.Container != nil && x.movable(target) && dependencies(x).shortOf(target, e.Until) != "" {
			keys = append(keys, e.To)
		}
	}
	return keys
}

// outside returns the blockers of k that are not due to its ring.
func (x exchange) outside(k spec.Key, blockers []Blocker) []Blocker {
	ring := x.ring(k)
	return slices.DeleteFunc(slices.Clone(blockers), func(b Blocker) bool {
		switch b.Reason {
		case condition.ReasonPortInUse, condition.ReasonNameInUse, condition.ReasonAddressInUse,
			condition.ReasonDependencyNotReady:
			return b.Key != k && ring[b.Key] && !b.Stalls
		}
		return false
	})
}

// givesWay reports whether k is the object of its ring that gives way now: the first
// one by key that another object waits for, once all of them are prepared.
func (x exchange) givesWay(k spec.Key) bool {
	ring := x.ring(k)
	var held []spec.Key
	for n := range ring {
		if !x.prepared(n) {
			return false
		}
		held = append(held, slices.DeleteFunc(x.holders(n), func(h spec.Key) bool { return !ring[h] })...)
	}
	return len(held) > 0 && slices.MinFunc(held, spec.Key.Compare) == k
}

// prepared reports whether an object can be replaced at once: its replacement
// exists, or it does not run and the engine has its image, or only its name differs.
func (x exchange) prepared(k spec.Key) bool {
	obj := x.Desired.Objects[k]
	if obj.Container == nil {
		return true
	}
	c := incarnationsOf(x.World, obj)
	if c.main == nil || !c.main.obj.Container.Running() {
		return c.next != nil || x.hasImage(obj)
	}
	return c.next != nil || c.upToDate(*c.main)
}

// refused reports whether one of the blockers is an object that was to release a
// resource, and whose replacement failed.
func (x exchange) refused(blockers []Blocker) bool {
	return slices.ContainsFunc(blockers, func(b Blocker) bool {
		obj, desired := x.Desired.Objects[b.Key]
		switch b.Reason {
		case condition.ReasonPortInUse, condition.ReasonNameInUse, condition.ReasonAddressInUse:
			return desired && obj.Container != nil && x.History[b.Key].Rejected == x.hashOf(obj)
		}
		return false
	})
}
