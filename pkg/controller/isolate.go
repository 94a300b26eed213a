// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"fmt"
	"maps"
	"runtime/debug"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// buildFunc indexes an input; plan.NewWorld is one.
type buildFunc func(plan.Input) plan.World

// built is a world with everything that is computed once for it.
type built struct {
	plan.World
	fingerprints map[spec.Key]string
	probes       []plan.ProbeTarget
	usages       []plan.UsageTarget
	// failure is the panic that occurs even without any object; nil when there is
	// none. The world is empty then.
	failure *panicked
}

// build computes a world.
func (f buildFunc) build(in plan.Input) built {
	w := f(in)
	return built{
		World: w, fingerprints: observedFingerprints(in.Instance, in.Observed),
		probes: w.ProbeTargets(), usages: w.UsageTargets(),
	}
}

// panicked is a panic that was recovered.
type panicked struct {
	cause any
	stack string
}

// try computes a world, and returns the panic that prevented it, if any.
func (f buildFunc) try(in plan.Input) (b built, failure *panicked) {
	defer func() {
		if cause := recover(); cause != nil {
			failure = &panicked{cause, string(debug.Stack())}
		}
	}()
	return f.build(in), nil
}

// culprits are the objects that make the computation of a world panic, with the
// panics.
type culprits struct {
	keys map[spec.Key]*panicked
	ids  map[engine.ID]*panicked
}

func (c culprits) empty() bool { return len(c.keys)+len(c.ids) == 0 }

// isolate computes a world without the objects that make its computation panic,
// and returns these: the objects that panic alone, and one more if that suffices.
// Otherwise it calls buildIncrementally.
func (f buildFunc) isolate(in plan.Input) (built, culprits) {
	b, failure := f.try(in)
	if failure == nil {
		return b, culprits{}
	}
	found := f.alone(in)
	if !found.empty() {
		if b, failure = f.try(found.without(in)); failure == nil {
			return b, found
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(in.Desired.Objects), spec.Key.Compare) {
		suspect := culprits{keys: map[spec.Key]*panicked{k: failure}}
		if b, again := f.try(suspect.without(found.without(in))); again == nil {
			maps.Copy(suspect.keys, found.keys)
			return b, culprits{suspect.keys, found.ids}
		}
	}
	return f.buildIncrementally(in, failure)
}

// alone returns the objects whose world panics although it contains nothing else.
func (f buildFunc) alone(in plan.Input) culprits {
	found := culprits{map[spec.Key]*panicked{}, map[engine.ID]*panicked{}}
	for k, obj := range in.Desired.Objects {
		single := in
		single.Observed = engine.Snapshot{}
		single.Desired = spec.Set{Objects: map[spec.Key]spec.Object{k: obj}}
		if _, failure := f.try(single); failure != nil {
			found.keys[k] = failure
		}
	}
	for id, obj := range in.Observed.Objects {
		single := in
		single.Desired = spec.Set{}
		single.Observed = engine.Snapshot{Objects: map[engine.ID]engine.Object{id: obj}}
		if _, failure := f.try(single); failure != nil {
			found.ids[id] = failure
		}
	}
	return found
}

// without returns the input without the culprits. A desired object is replaced by
// a problem of its key, so that its engine objects are kept and its dependents
// wait.
func (c culprits) without(in plan.Input) plan.Input {
	if len(c.keys) > 0 {
		in.Desired.Objects = maps.Clone(in.Desired.Objects)
		in.Desired.Problems = slices.Clone(in.Desired.Problems)
	}
	for k, failure := range c.keys {
		in.Desired.Problems = append(in.Desired.Problems, spec.Problem{
			Key: k, Reason: string(condition.ReasonInternalError),
			Error: spec.Error{Position: in.Desired.Objects[k].Source, Message: fmt.Sprint(failure.cause)},
		})
		delete(in.Desired.Objects, k)
	}
	if len(c.ids) > 0 {
		in.Observed.Objects = maps.Clone(in.Observed.Objects)
		maps.DeleteFunc(in.Observed.Objects, func(id engine.ID, _ engine.Object) bool { return c.ids[id] != nil })
	}
	return in
}

// among returns the culprits that are part of the input and whose keys are still
// quarantined. A foreign object has no key: it is a culprit as long as it exists.
func (c culprits) among(in plan.Input, quarantined func(spec.Key) bool) culprits {
	left := culprits{maps.Clone(c.keys), maps.Clone(c.ids)}
	maps.DeleteFunc(left.keys, func(k spec.Key, _ *panicked) bool {
		_, desired := in.Desired.Objects[k]
		return !desired || !quarantined(k)
	})
	maps.DeleteFunc(left.ids, func(id engine.ID, _ *panicked) bool {
		obj, found := in.Observed.Objects[id]
		who, ours := owner.Of(in.Instance, obj)
		return !found || ours && !quarantined(who.Key)
	})
	return left
}

// with returns the culprits together with others.
func (c culprits) with(others culprits) culprits {
	all := culprits{map[spec.Key]*panicked{}, map[engine.ID]*panicked{}}
	for _, each := range []culprits{c, others} {
		maps.Copy(all.keys, each.keys)
		maps.Copy(all.ids, each.ids)
	}
	return all
}

// owners returns the keys to quarantine: the desired culprits and the owners of
// the observed ones. Foreign objects have no owner.
func (c culprits) owners(in plan.Input) map[spec.Key]*panicked {
	all := maps.Clone(c.keys)
	if all == nil {
		all = map[spec.Key]*panicked{}
	}
	for id, failure := range c.ids {
		if who, ours := owner.Of(in.Instance, in.Observed.Objects[id]); ours {
			all[who.Key] = failure
		}
	}
	return all
}
