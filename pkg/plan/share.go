// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// A container that shares a namespace of another one is bound to that very
// container at the engine, and to the run in which it joined: when the owner is
// replaced the engine cannot start it any more, when the owner is only restarted
// it goes on in a namespace that nobody else has.

// sharing is the container whose namespace a mode shares; false when the mode is
// another one, or its owner does not run or has not proven itself yet.
func (w World) sharing(obj spec.Object, mode string) (engine.Object, bool) {
	k, shared := spec.SharedWith(mode, obj.Metadata.Namespace)
	target, desired := w.Desired.Objects[k]
	if !shared || !desired {
		return engine.Object{}, false
	}
	c := w.castOf(target)
	if c.main == nil || len(c.olds) > 0 || !c.main.obj.Container.Running() {
		return engine.Object{}, false
	}
	return c.main.obj, true
}

// mode is a mode of the manifest in the engine's terms.
func (w World) mode(obj spec.Object, mode string) string {
	if owner, ok := w.sharing(obj, mode); ok {
		return "container:" + owner.ID.Value
	}
	return mode
}

// boundToOld reports that a container shares a namespace of a container that was
// replaced.
func (w World) boundToOld(obj spec.Object, container engine.Object) bool {
	have := container.Container.Config
	if have == nil {
		return false
	}
	old := func(mode, have string) bool {
		owner, ok := w.sharing(obj, mode)
		return ok && have != "container:"+owner.ID.Value && have != "container:"+owner.Name
	}
	c := obj.Container
	return old(c.NetworkMode, have.NetworkMode) || old(c.IPC, have.IPC) || old(c.PID, have.PID)
}

// ownerRestarted reports that the owner of a namespace that a running container
// shares was started after it.
func (w World) ownerRestarted(c cast) bool {
	for _, mode := range []string{c.obj.Container.NetworkMode, c.obj.Container.IPC, c.obj.Container.PID} {
		owner, ok := w.sharing(c.obj, mode)
		if ok && owner.Container.StartedAt.After(c.main.obj.Container.StartedAt) {
			return true
		}
	}
	return false
}
