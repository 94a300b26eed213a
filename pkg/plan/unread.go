// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// The engine may fail to list one kind of objects: images, networks or volumes.
// Then an object of that kind that was not observed may exist nevertheless, and
// one that was observed may be gone. Only decisions that depend on the absence of
// such an object are blocked; nothing is created, removed or replaced because of
// it. All other decisions are made as usual.

// unread reports whether the engine failed to list the objects of a kind.
func (w World) unread(kind engine.Kind) bool { return w.Observed.Unread[kind] != nil }

// unreadBlocker returns the blocker for a decision that needs a list of the
// objects of a kind that the engine failed to give. k is the resource that could
// not be observed.
func (w World) unreadBlocker(k spec.Key, kind engine.Kind) Blocker {
	err := w.Observed.Unread[kind]
	return Blocker{Key: k, Reason: UnavailableReason(err), Message: condition.Unlisted(string(kind), innermost(err))}
}

// unobserved reports whether a blocker by a dependency is due to a failed list.
func (b Blocker) unobserved() bool {
	switch b.Reason {
	case condition.ReasonEngineError, condition.ReasonEngineUnreachable, condition.ReasonEngineUnresponsive:
		return true
	}
	return false
}

// uncertain returns the reason why it is not known whether the network or volume
// exists; false when it is known.
func (v view) uncertain() (Blocker, bool) {
	if v.d.Key.Kind == spec.KindContainer || v.w.suspended(v.d.Key) || !(networks{v.w}).uncertain(v.obj) {
		return Blocker{}, false
	}
	return v.w.unreadBlocker(v.d.Key, nameOf(v.obj).kind), true
}

// whenListed returns d unless the engine failed to list the objects of a kind and
// d would change or wait for one of them. Then d waits for the list.
func (w World) whenListed(d Decision, kind engine.Kind) Decision {
	if !w.unread(kind) || d.Idle() {
		return d
	}
	return waitFor(d.Key, w.unreadBlocker(d.Key, kind))
}

// uncertain reports whether the engine failed to list the kind of a network or
// volume that was not observed or has to be replaced first.
func (n networks) uncertain(obj spec.Object) bool {
	return !obj.Kind.Content() && n.unread(nameOf(obj).kind) && !n.present(obj)
}

// uncertainBinding reports whether a container is attached to a network that was
// not observed although it may exist.
func (n networks) uncertainBinding(container *engine.Container) bool {
	if !n.unread(engine.KindNetwork) {
		return false
	}
	for _, at := range container.Attachments {
		if at.NetworkID != "" && !n.exists(engine.KindNetwork, at.NetworkID) {
			return true
		}
	}
	return false
}
