// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// doomedByAbsence reports that k is an orphan, and to be pruned.
func (w World) doomedByAbsence(k spec.Key) bool {
	return w.orphaned(k) && !w.Prune.Off && !w.index.withheld[k]
}

// orphaned reports that k has objects of ours and no manifest declares it any
// more: everything that could have declared it was read, its own file among it,
// and it is not a volume to be retained.
func (w World) orphaned(k spec.Key) bool {
	if _, desired := w.Desired.Objects[k]; desired || !w.Desired.Complete {
		return false
	}
	if len(w.index.problems[k]) > 0 {
		return false
	}
	return slices.ContainsFunc(w.index.owned[k], w.prunable)
}

// held reports that nobody declares k and it is kept nevertheless: what could
// have declared it was not read, or it is not to be pruned.
func (w World) held(k spec.Key) bool {
	_, desired := w.Desired.Objects[k]
	return !desired && len(w.index.owned[k]) > 0 && len(w.index.problems[k]) == 0 && !w.doomedByAbsence(k)
}

// prunable reports that nothing shields this incarnation from being pruned.
func (w World) prunable(inc incarnation) bool {
	if w.Desired.Shielded[inc.id.Source] {
		return false
	}
	return inc.id.Key.Kind != spec.KindVolume || w.Purge || inc.id.DeletionPolicy == spec.Delete
}

// visible reports that k is to be reconciled and shown: it is desired, has a
// problem, or has objects of ours that are not merely retained.
func (w World) visible(k spec.Key) bool {
	if _, desired := w.Desired.Objects[k]; desired || len(w.index.problems[k]) > 0 {
		return true
	}
	if k.Kind != spec.KindVolume {
		return len(w.index.owned[k]) > 0
	}
	return slices.ContainsFunc(w.index.owned[k], func(inc incarnation) bool {
		return w.Purge || inc.id.DeletionPolicy == spec.Delete
	})
}

// dependentsInTheWay are what must be gone, or at rest, before k's objects may
// be removed.
func (w World) dependentsInTheWay(k spec.Key) []Blocker {
	var blockers []Blocker
	for _, d := range w.index.dependents[k] {
		if d != k && w.inTheWay(d, k) {
			blockers = append(blockers, Blocker{
				Key:     d,
				Reason:  condition.ReasonDeletionBlocked,
				Message: fmt.Sprintf("%s needs it and has to go first", d),
			})
		}
	}
	return blockers
}

// inTheWay reports that the dependent d keeps k from being removed. One that is
// doomed itself must be gone, one that stays must be at rest; inside a cycle
// only bindings count.
func (w World) inTheWay(d, k spec.Key) bool {
	edge, found := w.edge(d, k)
	if !found {
		return false
	}
	if edge.Structural {
		return len(w.index.owned[d]) > 0
	}
	if w.index.component[d] == w.index.component[k] {
		return false
	}
	if w.doomedByAbsence(d) {
		return true
	}
	if _, desired := w.Desired.Objects[d]; !desired {
		return false
	}
	if edge.Optional {
		return false
	}
	return w.runs(d) && !w.suspended(d)
}

// runs reports that an incarnation of k runs.
func (w World) runs(k spec.Key) bool {
	return slices.ContainsFunc(w.index.owned[k], func(inc incarnation) bool {
		return inc.obj.Container != nil && inc.obj.Container.Running()
	})
}

func (w World) edge(from, to spec.Key) (spec.Edge, bool) {
	for _, e := range w.index.edges(w, from) {
		if e.To == to {
			return e, true
		}
	}
	return spec.Edge{}, false
}

// users are the containers bound to a network or volume, foreign ones included.
func (w World) users(obj engine.Object) []engine.Object {
	if obj.Volume != nil {
		return w.index.mounting[obj.Name]
	}
	if obj.Network == nil {
		return nil
	}
	var users []engine.Object
	for _, c := range w.index.attached[obj.Name] {
		for _, at := range c.Container.Attachments {
			if at.Network == obj.Name && (at.NetworkID == "" || at.NetworkID == obj.ID.Value) {
				users = append(users, c)
			}
		}
	}
	return users
}

// usersInTheWay are what is bound to an object that is to be removed.
func (w World) usersInTheWay(obj engine.Object) []Blocker {
	reason := condition.ReasonNetworkInUse
	if obj.Volume != nil {
		reason = condition.ReasonVolumeInUse
	}
	var blockers []Blocker
	for _, user := range w.users(obj) {
		if k, ours := w.index.keyOf[user.ID]; ours {
			blockers = append(blockers, Blocker{
				Key: k, Reason: reason,
				Message: fmt.Sprintf("%s uses it and has to go first", k),
			})
			continue
		}
		blockers = append(blockers, Blocker{
			Reason: reason, Stalls: true,
			Message: fmt.Sprintf("container %q, which is not ours, uses it: disconnect or remove it", user.Name),
		})
	}
	return blockers
}

// suspended reports that k is desired, and never to be acted on.
func (w World) suspended(k spec.Key) bool {
	obj, ok := w.Desired.Objects[k]
	return ok && (w.History[k].Suspended || obj.Suspended())
}
