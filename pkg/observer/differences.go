// SPDX-License-Identifier: Apache-2.0

package observer

import (
	"cmp"
	"maps"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// differences collects the changes that a read of the engine made.
type differences struct {
	keys  map[spec.Key]bool
	names map[Name]bool
	// all reports that every key may be concerned.
	all bool
}

func newDifferences() *differences {
	return &differences{keys: map[spec.Key]bool{}, names: map[Name]bool{}}
}

// change returns all differences, including the keys whose objects have one of the
// names.
func (d *differences) change(t *table) Change {
	for name := range d.names {
		for id := range t.byName[name] {
			if k, ours := t.keyOf[id]; ours {
				d.keys[k] = true
			}
		}
	}
	return Change{
		All:  d.all,
		Keys: slices.SortedFunc(maps.Keys(d.keys), spec.Key.Compare),
		Names: slices.SortedFunc(maps.Keys(d.names), func(a, b Name) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
		}),
	}
}

// record adds the change of an object from old to next; a zero Object means that
// it did not or does not exist.
func (d *differences) record(t *table, old, next engine.Object) {
	d.addKey(t.instance, old)
	d.addKey(t.instance, next)
	if old.Name != next.Name {
		d.addName(old.ID.Kind, old.Name)
		d.addName(next.ID.Kind, next.Name)
	}
	before, after := dependencies(old), dependencies(next)
	for name := range before {
		if !after[name] {
			d.names[name] = true
		}
	}
	for name := range after {
		if !before[name] {
			d.names[name] = true
		}
	}
}

// addKey adds the key of an object if it belongs to the instance.
func (d *differences) addKey(instance string, obj engine.Object) {
	if id, ours := owner.Of(instance, obj); ours {
		d.keys[id.Key] = true
	}
}

// addName adds an engine name unless it is empty.
func (d *differences) addName(kind engine.Kind, name string) {
	if name != "" {
		d.names[Name{kind, name}] = true
	}
}

// dependencies returns the networks and volumes that a container is bound to.
func dependencies(obj engine.Object) map[Name]bool {
	out := map[Name]bool{}
	if obj.Container == nil {
		return out
	}
	for _, at := range obj.Container.Attachments {
		out[Name{engine.KindNetwork, at.Network}] = true
	}
	for _, v := range obj.Container.Volumes {
		out[Name{engine.KindVolume, v}] = true
	}
	return out
}
