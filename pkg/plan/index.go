// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
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

// index holds the lookups that decisions need.
type index struct {
	keys     []spec.Key
	problems map[spec.Key][]spec.Problem
	// owned holds the incarnations of a key by creation time, then ID.
	owned map[spec.Key][]incarnation
	// named holds the engine objects with a name; only networks can share one.
	named map[engineName][]engine.Object
	// claims holds the desired keys with a name, sorted.
	claims map[engineName][]spec.Key
	// ports holds the desired keys that publish a fixed host port, sorted.
	ports map[hostPort][]spec.Key
	// bound holds the keys whose running containers have a host port.
	bound map[hostPort][]spec.Key
	// attached holds the containers on a network by the network's name, and
	// mounting the containers that mount a volume; foreign ones are included.
	// Both are sorted by ID.
	attached map[string][]engine.Object
	mounting map[string][]engine.Object
	// keyOf holds the key of each engine object of ours, and copies the foreign
	// containers that have the labels of a container of ours.
	keyOf  map[engine.ID]spec.Key
	copies map[spec.Key][]engine.Object
	// stamped holds the edges in the labels of engine objects of ours.
	stamped map[spec.Key][]spec.Edge
	// dependents holds the keys with an edge to a key, sorted.
	dependents map[spec.Key][]spec.Key
	// component numbers the strongly connected components of all edges; cyclic
	// holds the desired keys on a cycle of declared edges.
	component map[spec.Key]int
	cyclic    map[spec.Key]bool
	// hashes caches the hashes of desired objects by key.
	hashes sync.Map
	// withheld holds the orphaned keys that the prune guard keeps.
	withheld map[spec.Key]bool
	// missingDependency holds the desired keys that need, directly or not, a key
	// that is being pruned.
	missingDependency map[spec.Key]bool
}

func newIndex(in Input) *index {
	ix := &index{
		problems: map[spec.Key][]spec.Problem{},
		owned:    map[spec.Key][]incarnation{},
		named:    map[engineName][]engine.Object{},
		claims:   map[engineName][]spec.Key{},
		ports:    map[hostPort][]spec.Key{},
		bound:    map[hostPort][]spec.Key{},
		attached: map[string][]engine.Object{},
		mounting: map[string][]engine.Object{},
		keyOf:    map[engine.ID]spec.Key{},
		copies:   map[spec.Key][]engine.Object{},
		stamped:  map[spec.Key][]spec.Edge{},
	}
	observed := in.Observed.Sorted()
	ours, copies := owner.Identify(in.Instance, observed)
	for _, obj := range observed {
		ix.addObserved(obj)
		if id, found := ours[obj.ID]; found {
			ix.addOwned(id, obj)
		} else if id, copied := copies[obj.ID]; copied {
			ix.copies[id.Key] = append(ix.copies[id.Key], obj)
		}
	}
	for _, incs := range ix.owned {
		slices.SortFunc(incs, func(a, b incarnation) int {
			return cmp.Or(a.obj.Created.Compare(b.obj.Created), cmp.Compare(a.obj.ID.Value, b.obj.ID.Value))
		})
	}
	for _, k := range in.Desired.Keys() {
		obj := in.Desired.Objects[k]
		ix.claims[nameOf(obj)] = append(ix.claims[nameOf(obj)], k)
		ix.addDesiredPorts(obj)
	}
	for _, p := range in.Desired.Problems {
		if p.Key != (spec.Key{}) {
			ix.problems[p.Key] = append(ix.problems[p.Key], p)
		}
	}
	ix.addEdges(in)
	return ix
}

// addObserved indexes one engine object.
func (ix *index) addObserved(obj engine.Object) {
	name := engineName{obj.ID.Kind, obj.Name}
	ix.named[name] = append(ix.named[name], obj)
	if obj.Container != nil {
		for _, at := range obj.Container.Attachments {
			ix.attached[at.Network] = append(ix.attached[at.Network], obj)
		}
		for _, v := range obj.Container.Volumes {
			ix.mounting[v] = append(ix.mounting[v], obj)
		}
	}
}

// addOwned indexes one engine object of ours.
func (ix *index) addOwned(id owner.Identity, obj engine.Object) {
	ix.keyOf[obj.ID] = id.Key
	ix.addBoundPorts(id.Key, obj.Container)
	ix.owned[id.Key] = append(ix.owned[id.Key], incarnation{id, obj})
	ix.stamped[id.Key] = append(ix.stamped[id.Key], id.Edges...)
}

// addEdges indexes what follows from the edges: dependents, components, cycles,
// missing dependencies, and the list of keys.
func (ix *index) addEdges(in Input) {
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
	ix.component = graph.Components(all, w.Dependencies)
	ix.cyclic = findCyclic(in.Desired)
	ix.withheld = pruning{w}.findWithheld()
	ix.missingDependency = ix.findMissingDependency(w, all)
	for k := range ix.problems {
		nodes[k] = true
	}
	for k := range nodes {
		if (pruning{w}).visible(k) {
			ix.keys = append(ix.keys, k)
		}
	}
	slices.SortFunc(ix.keys, spec.Key.Compare)
}

// edges returns the edges of the desired object, or the edges stamped on the
// observed objects when k is not desired. They are sorted, with one edge for
// each target.
func (ix *index) edges(w World, k spec.Key) []spec.Edge {
	if obj, ok := w.Desired.Objects[k]; ok {
		return obj.Edges()
	}
	edges := slices.Clone(ix.stamped[k])
	slices.SortStableFunc(edges, func(a, b spec.Edge) int { return a.To.Compare(b.To) })
	return slices.CompactFunc(edges, func(a, b spec.Edge) bool { return a.To == b.To })
}

// findMissingDependency returns the desired keys that need a key that is being
// pruned. They must stop before it can be removed.
func (ix *index) findMissingDependency(w World, all []spec.Key) map[spec.Key]bool {
	var pruned []spec.Key
	for _, k := range all {
		if (pruning{w}).doomed(k) {
			pruned = append(pruned, k)
		}
	}
	missing := graph.Reach(pruned, func(k spec.Key) []spec.Key {
		return slices.DeleteFunc(slices.Clone(ix.dependents[k]), func(d spec.Key) bool {
			return !requires(w.Desired.Objects[d], k)
		})
	})
	for _, k := range pruned {
		delete(missing, k)
	}
	return missing
}

func (ix *index) neighbors(w World, k spec.Key) []spec.Key {
	set := map[spec.Key]bool{}
	add := func(keys []spec.Key) {
		for _, n := range keys {
			set[n] = true
		}
	}
	add(w.Dependencies(k))
	add(ix.dependents[k])
	for _, text := range ix.engineNames(w, k) {
		name := engineName{owner.EngineKind(k.Kind), text}
		add(ix.claims[name])
		for _, obj := range ix.named[name] {
			if rival, ours := ix.keyOf[obj.ID]; ours {
				set[rival] = true
			}
		}
	}
	add(ix.portRivals(w.Desired.Objects[k]))
	for _, inc := range ix.owned[k] {
		add(ix.portWaiters(inc.obj.Container))
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

// findCyclic returns the desired keys on a cycle of declared edges.
func findCyclic(set spec.Set) map[spec.Key]bool {
	next := func(k spec.Key) []spec.Key { return declaredTargets(set, k) }
	keys := set.Keys()
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

// declaredTargets returns the desired targets of a desired key's edges.
func declaredTargets(set spec.Set, k spec.Key) []spec.Key {
	var targets []spec.Key
	for _, e := range set.Objects[k].Edges() {
		if _, ok := set.Objects[e.To]; ok {
			targets = append(targets, e.To)
		}
	}
	return targets
}

// requires reports whether a desired object cannot do without k.
func requires(obj spec.Object, k spec.Key) bool {
	return slices.ContainsFunc(obj.Edges(), func(e spec.Edge) bool {
		return e.To == k && !e.Optional
	})
}
