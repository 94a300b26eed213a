// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"maps"
	"slices"
	"sync"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/graph"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// incarnation is one engine object of ours.
type incarnation struct {
	id  owner.Identity
	obj engine.Object
}

// place is an engine name with its kind.
type place struct {
	kind engine.Kind
	name string
}

// index is what is looked up while deciding.
type index struct {
	keys     []spec.Key
	problems map[spec.Key][]spec.Problem
	// owned are the incarnations of a key by creation time and ID.
	owned map[spec.Key][]incarnation
	// named are the engine objects of a name; more than one only for networks.
	named map[place][]engine.Object
	// claims are the desired keys that want a name, sorted.
	claims map[place][]spec.Key
	// ports are the desired keys that publish a port of the host, sorted.
	ports map[socket][]spec.Key
	// bound are the keys whose running containers have a port of the host.
	bound map[socket][]spec.Key
	// attached are the containers on a network, by the network's name, and
	// mounting those of a volume, ours and foreign ones, sorted by ID.
	attached map[string][]engine.Object
	mounting map[string][]engine.Object
	// keyOf is the key of an object of ours.
	keyOf map[engine.ID]spec.Key
	// stamped are the edges that objects of ours carry.
	stamped map[spec.Key][]spec.Edge
	// dependents are the keys that have an edge to a key, sorted.
	dependents map[spec.Key][]spec.Key
	// component numbers the strongly connected components of all edges, and
	// cyclic holds the desired keys that are part of a declared cycle.
	component map[spec.Key]int
	cyclic    map[spec.Key]bool
	// hashes are those of desired objects, by key, once they were asked for: to
	// make one costs more than all else that a decision does.
	hashes sync.Map
	// withheld are the keys that the prune guard keeps.
	withheld map[spec.Key]bool
	// starved are desired keys that need, directly or not, what is being pruned.
	starved map[spec.Key]bool
}

func newIndex(in Input) *index {
	ix := &index{
		problems: map[spec.Key][]spec.Problem{},
		owned:    map[spec.Key][]incarnation{},
		named:    map[place][]engine.Object{},
		claims:   map[place][]spec.Key{},
		ports:    map[socket][]spec.Key{},
		bound:    map[socket][]spec.Key{},
		attached: map[string][]engine.Object{},
		mounting: map[string][]engine.Object{},
		keyOf:    map[engine.ID]spec.Key{},
		stamped:  map[spec.Key][]spec.Edge{},
	}
	for _, obj := range in.Observed.Sorted() {
		ix.observe(in.Instance, obj)
	}
	for _, incs := range ix.owned {
		slices.SortFunc(incs, func(a, b incarnation) int {
			if c := a.obj.Created.Compare(b.obj.Created); c != 0 {
				return c
			}
			return compareIDs(a.obj.ID, b.obj.ID)
		})
	}
	for _, k := range in.Desired.Keys() {
		p := place{owner.EngineKind(k.Kind), in.Desired.Objects[k].EngineName()}
		ix.claims[p] = append(ix.claims[p], k)
		ix.claim(in.Desired.Objects[k])
	}
	for _, p := range in.Desired.Problems {
		if p.Key != (spec.Key{}) {
			ix.problems[p.Key] = append(ix.problems[p.Key], p)
		}
	}
	ix.link(in)
	return ix
}

// observe files one engine object.
func (ix *index) observe(instance string, obj engine.Object) {
	p := place{obj.ID.Kind, obj.Name}
	ix.named[p] = append(ix.named[p], obj)
	if obj.Container != nil {
		for _, at := range obj.Container.Attachments {
			ix.attached[at.Network] = append(ix.attached[at.Network], obj)
		}
		for _, v := range obj.Container.Volumes {
			ix.mounting[v] = append(ix.mounting[v], obj)
		}
	}
	id, ours := owner.Of(instance, obj)
	if !ours {
		return
	}
	ix.keyOf[obj.ID] = id.Key
	ix.bind(id.Key, obj.Container)
	ix.owned[id.Key] = append(ix.owned[id.Key], incarnation{id, obj})
	ix.stamped[id.Key] = append(ix.stamped[id.Key], id.Edges...)
}

// link builds what follows from edges: dependents, components, cycles, starved
// keys, and the list of keys.
func (ix *index) link(in Input) {
	w := World{Input: in, index: ix}
	nodes := map[spec.Key]bool{}
	for k := range in.Desired.Objects {
		nodes[k] = true
	}
	for k := range ix.owned {
		nodes[k] = true
	}
	all := slices.SortedFunc(maps.Keys(nodes), spec.Key.Compare)
	ix.dependents = map[spec.Key][]spec.Key{}
	for _, k := range all {
		for _, e := range ix.edges(w, k) {
			ix.dependents[e.To] = append(ix.dependents[e.To], k)
		}
	}
	ix.component = graph.Components(all, func(k spec.Key) []spec.Key { return w.Dependencies(k) })
	ix.cyclic = ix.findCyclic(in)
	ix.withheld = ix.findWithheld(w)
	ix.starved = ix.findStarved(w, all)
	for k := range ix.problems {
		nodes[k] = true
	}
	for k := range nodes {
		if w.visible(k) {
			ix.keys = append(ix.keys, k)
		}
	}
	slices.SortFunc(ix.keys, spec.Key.Compare)
}

// edges are those of the desired object, or where there is none those stamped
// on what is observed: sorted, one for each target.
func (ix *index) edges(w World, k spec.Key) []spec.Edge {
	if obj, ok := w.Desired.Objects[k]; ok {
		return obj.Edges()
	}
	edges := slices.Clone(ix.stamped[k])
	slices.SortStableFunc(edges, func(a, b spec.Edge) int { return a.To.Compare(b.To) })
	return slices.CompactFunc(edges, func(a, b spec.Edge) bool { return a.To == b.To })
}

// findCyclic are the desired keys on a cycle of declared edges.
func (ix *index) findCyclic(in Input) map[spec.Key]bool {
	next := func(k spec.Key) []spec.Key { return declaredTargets(in.Desired, k) }
	keys := in.Desired.Keys()
	component := graph.Components(keys, next)
	size := map[int]int{}
	for _, c := range component {
		size[c]++
	}
	cyclic := map[spec.Key]bool{}
	for _, k := range keys {
		if size[component[k]] > 1 || slices.Contains(next(k), k) {
			cyclic[k] = true
		}
	}
	return cyclic
}

// findStarved are the desired keys that need what is being pruned: they have to
// stop before it goes.
func (ix *index) findStarved(w World, all []spec.Key) map[spec.Key]bool {
	var pruned []spec.Key
	for _, k := range all {
		if w.doomedByAbsence(k) {
			pruned = append(pruned, k)
		}
	}
	starved := graph.Reach(pruned, func(k spec.Key) []spec.Key {
		return slices.DeleteFunc(slices.Clone(ix.dependents[k]), func(d spec.Key) bool {
			return !requires(w.Desired.Objects[d], k)
		})
	})
	for _, k := range pruned {
		delete(starved, k)
	}
	return starved
}

// hashOf is the hash of a desired object.
func (w World) hashOf(obj spec.Object) spec.Hash {
	k := obj.Key()
	if h, known := w.index.hashes.Load(k); known {
		return h.(spec.Hash)
	}
	h := obj.Hash()
	w.index.hashes.Store(k, h)
	return h
}

func (ix *index) neighbours(w World, k spec.Key) []spec.Key {
	set := map[spec.Key]bool{}
	for _, d := range w.Dependencies(k) {
		set[d] = true
	}
	for _, d := range ix.dependents[k] {
		set[d] = true
	}
	for _, name := range ix.engineNames(w, k) {
		p := place{owner.EngineKind(k.Kind), name}
		for _, rival := range ix.claims[p] {
			set[rival] = true
		}
		for _, obj := range ix.named[p] {
			if rival, ours := ix.keyOf[obj.ID]; ours {
				set[rival] = true
			}
		}
	}
	for _, rival := range w.portRivals(w.Desired.Objects[k]) {
		set[rival] = true
	}
	for _, inc := range ix.owned[k] {
		for _, waiting := range ix.waiting(inc.obj.Container) {
			set[waiting] = true
		}
	}
	delete(set, k)
	return slices.SortedFunc(maps.Keys(set), spec.Key.Compare)
}

func (ix *index) engineNames(w World, k spec.Key) []string {
	set := map[string]bool{}
	if obj, ok := w.Desired.Objects[k]; ok {
		set[obj.EngineName()] = true
	}
	for _, inc := range ix.owned[k] {
		set[inc.obj.Name] = true
		set[inc.id.EngineName] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// declaredTargets are the desired targets of a desired key's edges.
func declaredTargets(set spec.Set, k spec.Key) []spec.Key {
	var targets []spec.Key
	for _, e := range set.Objects[k].Edges() {
		if _, ok := set.Objects[e.To]; ok {
			targets = append(targets, e.To)
		}
	}
	return targets
}

// requires reports that a desired object cannot do without k.
func requires(obj spec.Object, k spec.Key) bool {
	return slices.ContainsFunc(obj.Edges(), func(e spec.Edge) bool {
		return e.To == k && !e.Optional
	})
}

func compareIDs(a, b engine.ID) int {
	switch {
	case a.Value < b.Value:
		return -1
	case a.Value > b.Value:
		return 1
	}
	return 0
}
