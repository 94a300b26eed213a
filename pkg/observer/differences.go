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

// differences gathers what a read of the engine changed.
type differences struct {
	keys  map[spec.Key]bool
	names map[Name]bool
	// all reports that every key may be concerned.
	all bool
}

func newDifferences() *differences {
	return &differences{keys: map[spec.Key]bool{}, names: map[Name]bool{}}
}

// change is the sum, with the keys of ours that hold one of the names.
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

// note takes in that an object changed from old to now; the zero Object stands
// for one that is not there.
func (d *differences) note(t *table, old, now engine.Object) {
	d.key(t.instance, old)
	d.key(t.instance, now)
	if old.Name != now.Name {
		d.name(old.ID.Kind, old.Name)
		d.name(now.ID.Kind, now.Name)
	}
	before, after := uses(old), uses(now)
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

func (d *differences) key(instance string, obj engine.Object) {
	if who, ours := owner.Of(instance, obj); ours {
		d.keys[who.Key] = true
	}
}

func (d *differences) name(kind engine.Kind, name string) {
	if name != "" {
		d.names[Name{kind, name}] = true
	}
}

// uses are the networks and volumes that a container is bound to.
func uses(obj engine.Object) map[Name]bool {
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
