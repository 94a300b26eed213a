// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"cmp"
	"maps"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// buildIncrementally computes a world to which it adds one object after the other,
// except those that make its computation panic, and returns these. The failure is
// the panic of the world with all objects. If even the world without objects
// panics, it returns an empty one, and all desired and owned objects.
func (f buildFunc) buildIncrementally(in plan.Input, failure *panicked) (built, culprits) {
	left := culprits{map[spec.Key]*panicked{}, map[engine.ID]*panicked{}}
	for k := range in.Desired.Objects {
		left.keys[k] = failure
	}
	for id := range in.Observed.Objects {
		left.ids[id] = failure
	}
	b, failure := f.try(left.without(in))
	if failure != nil {
		maps.DeleteFunc(left.ids, func(id engine.ID, _ *panicked) bool { return !owned(in, id) })
		empty := plan.NewWorld(plan.Input{Settings: in.Settings})
		return built{World: empty, fingerprints: map[spec.Key]string{}, failure: failure}, left
	}
	try := func() *panicked {
		next, failure := f.try(left.without(in))
		if failure == nil {
			b = next
		}
		return failure
	}
	addBack(left.ids, compareIDs, try)
	addBack(left.keys, spec.Key.Compare, try)
	return b, left
}

// addBack removes each key from left for which try then returns nil.
func addBack[K comparable](left map[K]*panicked, compare func(a, b K) int, try func() *panicked) {
	for _, k := range slices.SortedFunc(maps.Keys(left), compare) {
		delete(left, k)
		if failure := try(); failure != nil {
			left[k] = failure
		}
	}
}

func compareIDs(a, b engine.ID) int { return cmp.Compare(a.String(), b.String()) }

// owned reports whether an observed object belongs to the instance.
func owned(in plan.Input, id engine.ID) bool {
	_, ours := owner.Of(in.Instance, in.Observed.Objects[id])
	return ours
}
