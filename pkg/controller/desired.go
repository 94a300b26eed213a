// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"maps"
	"reflect"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// desired is the desired state with indexes.
type desired struct {
	set spec.Set
	// version counts the sets; zero means that there is none yet.
	version uint64
	// claims are the keys that use an engine name or an image.
	claims map[observer.Name][]spec.Key
	// faults are the problems of files without a valid document, by the key of the
	// file.
	faults map[spec.Key][]spec.Problem
}

// SetDesired replaces the desired state. It enqueues the keys that changed first,
// and then all others, because pruning may concern keys that are not neighbors.
func (c *Controller) SetDesired(set spec.Set) {
	old, changed, ok := c.replaceDesired(set)
	for _, w := range set.Warnings {
		if !slices.Contains(old.Warnings, w) {
			c.record(status.WarningEvent(w))
		}
	}
	if !ok {
		return
	}
	defer c.announce() // no key may be reconciled if the set is empty
	c.cfg.Logger.Info("desired state changed", "objects", len(set.Objects), "changed", len(changed),
		"problems", len(set.Problems), "complete", set.Complete)
	for _, k := range changed {
		c.queue.Add(k)
	}
	c.enqueueAll()
}

// replaceDesired sets the desired state and returns the old one and the keys that
// changed. It returns false and keeps the version if both declare the same.
func (s *state) replaceDesired(set spec.Set) (last spec.Set, changed []spec.Key, ok bool) {
	next := desired{set: set, claims: claimsOf(set), faults: faultsOf(set)}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.desired
	next.version = old.version + 1
	changed = changedKeys(old, next)
	if old.version > 0 && len(changed) == 0 && sameRest(old.set, set) {
		s.desired.set = set
		return old.set, nil, false
	}
	s.desired = next
	s.recordEdits(old)
	s.forgetPulls(set)
	s.endApprovals(old.set, set)
	for _, k := range changed {
		if m := s.memory[k]; m != nil {
			m.resetBackoff()
		}
	}
	return old.set, changed, true
}

// Desired returns the desired state; false before there was one.
func (c *Controller) Desired() (spec.Set, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.desired.set, c.desired.version > 0
}

// changedKeys returns the keys whose object or problems differ, sorted.
func changedKeys(old, next desired) []spec.Key {
	changed := map[spec.Key]bool{}
	for k, obj := range next.set.Objects {
		if before, ok := old.set.Objects[k]; !ok || !reflect.DeepEqual(before, obj) {
			changed[k] = true
		}
	}
	for k := range old.set.Objects {
		if _, ok := next.set.Objects[k]; !ok {
			changed[k] = true
		}
	}
	before, after := problemsOf(old), problemsOf(next)
	for k := range before {
		if !slices.Equal(before[k], after[k]) {
			changed[k] = true
		}
	}
	for k := range after {
		if !slices.Equal(before[k], after[k]) {
			changed[k] = true
		}
	}
	return slices.SortedFunc(maps.Keys(changed), spec.Key.Compare)
}

// sameRest reports whether two sets are equal except for objects and problems.
func sameRest(a, b spec.Set) bool {
	return a.Complete == b.Complete && maps.Equal(a.Shielded, b.Shielded)
}

// problemsOf returns all problems by the key that reports them.
func problemsOf(d desired) map[spec.Key][]spec.Problem {
	out := maps.Clone(d.faults)
	if out == nil {
		out = map[spec.Key][]spec.Problem{}
	}
	for _, p := range d.set.Problems {
		if p.Key != (spec.Key{}) {
			out[p.Key] = append(out[p.Key], p)
		}
	}
	return out
}

// claimsOf returns the keys of a set by the engine names and images they use.
func claimsOf(set spec.Set) map[observer.Name][]spec.Key {
	claims := map[observer.Name][]spec.Key{}
	claim := func(kind engine.Kind, name string, k spec.Key) {
		n := observer.Name{Kind: kind, Name: name}
		claims[n] = append(claims[n], k)
	}
	for _, k := range set.Keys() {
		obj := set.Objects[k]
		switch {
		case obj.Container != nil:
			claim(engine.KindContainer, obj.EngineName(), k)
			claim(engine.KindImage, obj.Container.ImageReference(), k)
		case obj.Network != nil:
			claim(engine.KindNetwork, obj.EngineName(), k)
		case obj.Volume != nil:
			claim(engine.KindVolume, obj.EngineName(), k)
		}
	}
	return claims
}

// faultsOf returns the problems of files without a valid document by their key.
func faultsOf(set spec.Set) map[spec.Key][]spec.Problem {
	faults := map[spec.Key][]spec.Problem{}
	for _, p := range set.Problems {
		if p.Key == (spec.Key{}) {
			k := status.ManifestKey(p.Error.Position.File)
			faults[k] = append(faults[k], p)
		}
	}
	return faults
}
