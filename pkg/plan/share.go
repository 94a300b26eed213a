// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// A container that shares a namespace of another container is bound to that very
// incarnation at the engine, and to the run in which it joined. When the owner of
// the namespace is replaced, the engine can no longer start the container. When
// the owner is only restarted, the container keeps running in a namespace that
// no other container has.

// namespaceOwner returns the container whose namespace a mode shares; false when
// the mode shares none, or its owner does not run or has not proven itself yet.
func (c *incarnations) namespaceOwner(mode string) (engine.Object, bool) {
	k, shared := spec.SharedWith(mode, c.obj.Metadata.Namespace)
	target, desired := c.Desired.Objects[k]
	if !shared || !desired {
		return engine.Object{}, false
	}
	owner := incarnationsOf(c.World, target)
	if owner.main == nil || len(owner.olds) > 0 || !owner.main.obj.Container.Running() {
		return engine.Object{}, false
	}
	return owner.main.obj, true
}

// engineMode returns a namespace mode of the manifest in the engine's terms.
func (c *incarnations) engineMode(mode string) string {
	if owner, ok := c.namespaceOwner(mode); ok {
		return "container:" + owner.ID.Value
	}
	return mode
}

// boundToOld reports whether an incarnation shares a namespace of a container
// that was replaced.
func (c *incarnations) boundToOld(inc incarnation) bool {
	have := inc.obj.Container.Config
	if have == nil {
		return false
	}
	old := func(mode, have string) bool {
		owner, ok := c.namespaceOwner(mode)
		return ok && have != "container:"+owner.ID.Value && have != "container:"+owner.Name
	}
	want := c.obj.Container
	return old(want.NetworkMode, have.NetworkMode) || old(want.IPC, have.IPC) || old(want.PID, have.PID)
}

// ownerRestarted reports whether the owner of a namespace that main shares was
// started after main.
func (c *incarnations) ownerRestarted() bool {
	want := c.obj.Container
	for _, mode := range []string{want.NetworkMode, want.IPC, want.PID} {
		owner, ok := c.namespaceOwner(mode)
		if ok && owner.Container.StartedAt.After(c.main.obj.Container.StartedAt) {
			return true
		}
	}
	return false
}
