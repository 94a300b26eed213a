// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// suspended reports whether k must only be observed. Without a manifest, it is still
// suspended by a user, or by its last manifest, until it is resumed.
func (w World) suspended(k spec.Key) bool {
	if obj, desired := w.Desired.Objects[k]; desired {
		return w.History[k].Suspended || obj.Suspended()
	}
	kept := w.Prune.Suspended[k] || w.Prune.Suspended[containerOf(k)]
	return kept && !w.Prune.All && len(w.index.owned[k]) > 0
}

// isPaused reports whether a container of k is paused at the engine.
func (w World) isPaused(k spec.Key) bool {
	return slices.ContainsFunc(w.index.owned[k], func(inc incarnation) bool {
		return inc.obj.Container != nil && inc.obj.Container.Status == engine.StatusPaused
	})
}

// isRunning reports whether an incarnation of k is running.
func (w World) isRunning(k spec.Key) bool {
	return slices.ContainsFunc(w.index.owned[k], func(inc incarnation) bool {
		return inc.obj.Container != nil && inc.obj.Container.Running()
	})
}

// edgeBetween returns the edge between two keys; false when there is none.
func (w World) edgeBetween(from, to spec.Key) (spec.Edge, bool) {
	for _, e := range w.index.edges(w, from) {
		if e.To == to {
			return e, true
		}
	}
	return spec.Edge{}, false
}

// hashOf returns the hash of a desired object. Hashing costs more than the rest
// of a decision, so that each hash is computed once for an index.
func (w World) hashOf(obj spec.Object) spec.Hash {
	k := obj.Key()
	if h, known := w.index.hashes.Load(k); known {
		return h.(spec.Hash)
	}
	h := obj.Hash()
	w.index.hashes.Store(k, h)
	return h
}

// hasImage reports whether the engine has the image of a container.
func (w World) hasImage(obj spec.Object) bool {
	_, ok := w.Observed.Images[obj.Container.ImageReference()]
	return ok
}

// exists reports whether the engine has an object with that ID.
func (w World) exists(kind engine.Kind, value string) bool {
	_, ok := w.Observed.Objects[engine.ID{Kind: kind, Value: value}]
	return ok
}

// networkOf returns the desired network that a reference of obj refers to.
func (w World) networkOf(obj spec.Object, ref spec.NetworkRef) (spec.Object, bool) {
	network, ok := w.Desired.Objects[spec.Key{
		Kind: spec.KindNetwork, Namespace: obj.Metadata.Namespace, Name: ref.Name,
	}]
	return network, ok
}

// stopRequested reports whether a user asked the controller to stop k.
func (w World) stopRequested(k spec.Key) bool {
	hold := w.History[k].Hold
	return !hold.Since.IsZero() && hold.Hash == ""
}

// startRequested reports whether a user asked for a start of k after state last
// started.
func (w World) startRequested(k spec.Key, state *engine.Container) bool {
	return state.StartedAt.Before(w.History[k].Wanted)
}

// Outage is a period in which the engine was away.
type Outage struct{ From, To time.Time }

// shutdown is how long before an outage the engine may have begun to stop
// containers.
const shutdown = 15 * time.Second

// nearOutage reports whether the engine's own shutdown may have ended what ended
// at t. The exit code then has no meaning.
func (w World) nearOutage(t time.Time) bool {
	for _, o := range w.Outages {
		if !t.Before(o.From.Add(-shutdown)) && !t.After(o.To) {
			return true
		}
	}
	return false
}
