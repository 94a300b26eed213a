// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Input is all that a decision may depend on.
type Input struct {
	Settings
	Desired  spec.Set
	Observed engine.Snapshot
	History  History
	Now      time.Time
	// Probes are what probes have come to until now.
	Probes Probes
	// Usages are what was sampled until now.
	Usages Usages
	// Since is when the controller began to watch: of what ended before, nobody
	// knows who ended it. Outages are when the engine was away since.
	Since   time.Time
	Outages []Outage
	// Pulls is what is known of the fetching of images; its zero value is that of
	// somebody who fetches none, and looks for no newer ones.
	Pulls Pulls
}

// Settings are the parts of an Input that the user chooses when the controller
// starts. A new setting of the planner is one field here and one flag.
type Settings struct {
	// Instance is the ownership scope: objects of another instance are foreign.
	Instance string
	// PublishAddress is the host address of ports that name none; empty means
	// 127.0.0.1.
	PublishAddress string
	// Thresholds judge usage where the manifest sets no thresholds.
	Thresholds Thresholds
	// Prune limits the removal of objects that are no longer declared.
	Prune Prune
	// Purge removes retained volumes too, once they are not desired.
	Purge bool
}

// World is an Input with the indexes that make Decide cost no more than the
// degree of its key. It is never changed; make it anew when Desired or Observed
// changes, and move it on in time with At.
type World struct {
	Input
	index *index
}

// NewWorld indexes an input.
func NewWorld(in Input) World {
	return World{Input: in, index: newIndex(in)}
}

// At is the same world at another time and with another history.
func (w World) At(now time.Time, h History) World {
	w.Now, w.History = now, h
	return w
}

// Keys are the keys to reconcile, sorted: those desired, those with a problem,
// and those observed as ours, save retained volumes that nobody declares.
func (w World) Keys() []spec.Key { return w.index.keys }

// Object is the desired object of a key; false when it is not desired.
func (w World) Object(k spec.Key) (spec.Object, bool) {
	obj, ok := w.Desired.Objects[k]
	return obj, ok
}

// Neighbours are the keys whose decision may change when k's object does,
// sorted, without k: what it needs, what needs it, and its rivals for a name.
func (w World) Neighbours(k spec.Key) []spec.Key { return w.index.neighbours(w, k) }

// Dependencies are the keys that k needs, sorted.
func (w World) Dependencies(k spec.Key) []spec.Key {
	var keys []spec.Key
	for _, e := range w.index.edges(w, k) {
		keys = append(keys, e.To)
	}
	return keys
}

// Dependents are the keys that need k, sorted.
func (w World) Dependents(k spec.Key) []spec.Key { return w.index.dependents[k] }

// Container is the engine's container that stands for k: the one that has its
// name, else the newest; false when there is none.
func (w World) Container(k spec.Key) (engine.Object, bool) {
	all := w.index.owned[k]
	for _, inc := range all {
		if inc.obj.Name == inc.id.EngineName {
			return inc.obj, true
		}
	}
	if len(all) == 0 {
		return engine.Object{}, false
	}
	return all[len(all)-1].obj, true
}

// EngineNames are the names under which objects of k may be found at the
// engine: the desired one and those observed, sorted.
func (w World) EngineNames(k spec.Key) []string { return w.index.engineNames(w, k) }

// Problems are what is wrong with the manifest of k.
func (w World) Problems(k spec.Key) []spec.Problem { return w.index.problems[k] }
