// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// engineName is a name at the engine. Each kind of engine object has a name
// space of its own.
type engineName struct {
	kind engine.Kind
	name string
}

// nameOf returns the engine name that a desired object is to have.
func nameOf(obj spec.Object) engineName {
	return engineName{owner.EngineKind(obj.Kind), obj.EngineName()}
}

// names decides which of several contenders may have an engine name.
type names struct{ World }

// conflict returns the blocker for an object whose engine name belongs to another
// manifest with a better claim, or to an engine object that is not ours.
func (n names) conflict(obj spec.Object) (Blocker, bool) {
	k := obj.Key()
	if k.Kind.Content() {
		return Blocker{}, false
	}
	name := nameOf(obj)
	for _, rival := range n.index.claims[name] {
		if rival != k && n.betterClaim(rival, k, name) {
			return Blocker{
				Key: rival, Reason: condition.ReasonNameInUse, Stalls: true,
				Message: "the engine name " + name.name + " is also declared by " + rival.String() +
					": rename one of them",
			}, true
		}
	}
	for _, holder := range n.index.named[name] {
		if n.index.keyOf[holder.ID] == k || obj.External() {
			continue
		}
		return n.heldBy(k, name, holder), true
	}
	return Blocker{}, false
}

// heldBy returns the blocker for k when holder has its engine name.
func (n names) heldBy(k spec.Key, name engineName, holder engine.Object) Blocker {
	if other, ours := n.index.keyOf[holder.ID]; ours {
		return Blocker{
			Key: other, Reason: condition.ReasonNameInUse,
			Message: "the engine name " + name.name + " is in use by " + other.String(),
		}
	}
	hint := "rename or remove it"
	if name.kind != engine.KindContainer {
		hint += ", or declare it with external: true"
	}
	if instance := holder.Labels[owner.LabelInstance]; instance != "" && instance != n.Instance {
		hint = "it belongs to instance " + instance
	}
	return Blocker{
		Key: k, Reason: condition.ReasonForeignObject, Stalls: true,
		Message: "the " + string(name.kind) + " " + name.name + " (" + holder.ID.String() +
			") exists and is not managed by this controller: " + hint,
	}
}

// betterClaim reports whether rival may have a name rather than k: the key that
// holds it already wins, otherwise the first by key.
func (n names) betterClaim(rival, k spec.Key, name engineName) bool {
	for _, holder := range n.index.named[name] {
		switch n.index.keyOf[holder.ID] {
		case rival:
			return true
		case k:
			return false
		}
	}
	return rival.Compare(k) < 0
}
