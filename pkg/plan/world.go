// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Input holds everything that a decision may depend on.
type Input struct {
	Settings
	Desired  spec.Set
	Observed engine.Snapshot
	History  History
	Now      time.Time
	// Probes holds the probe results so far.
	Probes Probes
	// Usages holds the resource usage samples.
	Usages Usages
	// Since is when the controller began to watch the engine. The cause of an
	// earlier end is unknown. Outages are the periods since then in which the
	// engine was away.
	Since   time.Time
	Outages []Outage
	// Pulls holds the state of image pulls. Its zero value means that no pulls
	// are done and no newer images are looked for.
	Pulls Pulls
}

// Settings are the parts of an Input that the user chooses when the controller
// starts. A new setting of the planner is one field here and one flag.
type Settings struct {
	// Instance is the ownership scope; objects of another instance are foreign.
	Instance string
	// PublishAddress is the host address of published ports that name none; empty
	// means 127.0.0.1.
	PublishAddress string
	// Thresholds judge usage where the manifest sets no thresholds.
	Thresholds Thresholds
	// Prune controls the removal of orphaned objects.
	Prune Prune
	// Purge removes retained volumes too, once no manifest declares them.
	Purge bool
}

// World is an Input with indexes, so that the cost of Decide depends on the
// degree of its key and not on the number of objects. A World does not change:
// make a new one when Desired, Observed or Prune change, and use At for another
// time.
type World struct {
	Input
	index *index
}

// NewWorld indexes an input.
func NewWorld(in Input) World {
	return World{Input: in, index: newIndex(in)}
}

// At returns the same world at another time and with another history.
func (w World) At(now time.Time, h History) World {
	w.Now, w.History = now, h
	return w
}

// Keys returns the keys to reconcile, sorted: the desired keys, the keys with a
// problem, and the keys of engine objects of ours, except retained volumes that
// no manifest declares. The caller must not change it.
func (w World) Keys() []spec.Key { return w.index.keys }

// Object returns the desired object of a key; false when it is not desired.
func (w World) Object(k spec.Key) (spec.Object, bool) {
	obj, ok := w.Desired.Objects[k]
	return obj, ok
}

// Neighbors returns the keys whose decisions may change when the objects of k
// change, sorted and without k: its dependencies, its dependents, and its rivals
// for a name or a port.
func (w World) Neighbors(k spec.Key) []spec.Key { return w.index.neighbors(w, k) }

// Dependencies returns the keys that k depends on, sorted.
func (w World) Dependencies(k spec.Key) []spec.Key {
	var keys []spec.Key
	for _, e := range w.index.edges(w, k) {
		keys = append(keys, e.To)
	}
	return keys
}

// Dependents returns the keys that depend on k, sorted. The caller must not
// change it.
func (w World) Dependents(k spec.Key) []spec.Key { return w.index.dependents[k] }

// Container returns the engine's container that stands for k: the one that has
// its engine name, otherwise one that a user renamed, otherwise the newest; false
// when there is none.
func (w World) Container(k spec.Key) (engine.Object, bool) {
	all := w.index.owned[k]
	if len(all) == 0 {
		return engine.Object{}, false
	}
	at := findMain(all, "")
	if at < 0 {
		at = len(all) - 1
	}
	return all[at].obj, true
}

// EngineNames returns the names that objects of k may have at the engine, sorted:
// the desired name and the observed ones.
func (w World) EngineNames(k spec.Key) []string { return w.index.engineNames(w, k) }

// Withheld returns the orphaned keys that the prune guard keeps. The caller must
// not change it.
func (w World) Withheld() map[spec.Key]bool { return w.index.withheld }
