// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"fmt"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// checkIdle checks that there is nothing to do.
func (h *history) checkIdle() {
	before := h.sim.Engine.Mutations()
	for _, d := range plan.Compute(h.sim.World()).Decisions {
		if len(d.Actions) > 0 {
			h.t.Fatalf("converged, but there is more to do:\n%v: %v", d.Key, d.Actions)
		}
	}
	if h.sim.Engine.Mutations() != before {
		h.t.Fatal("a decision changed the engine")
	}
}

// checkDesired checks that every desired object exists once, as declared, or has a
// blocker, and that no other object of ours exists.
func (h *history) checkDesired() {
	world := h.sim.World()
	count := map[spec.Key]int{}
	for _, obj := range world.Observed.Sorted() {
		id, ours := owner.Of(instance, obj)
		if !ours {
			continue
		}
		count[id.Key]++
		if _, desired := world.Object(id.Key); !desired && !retained(obj, id) && !h.heldByBlocked(world, id.Key) {
			h.t.Fatalf("%s is left, although no manifest declares it:\n%v", obj.Name, plan.Compute(world))
		}
	}
	for _, k := range world.Desired.Keys() {
		d := plan.Decide(world, k)
		if count[k] > 1 && len(d.Blocked) == 0 {
			h.t.Fatalf("%s exists %d times:\n%v\n%v", k, count[k], plan.Compute(world), dump(world))
		}
		if obj, _ := world.Object(k); obj.Init != nil {
			continue // it is there while its container wants it
		}
		if count[k] == 0 && len(d.Blocked) == 0 {
			h.t.Fatalf("%s does not exist, and has no blocker", k)
		}
		h.checkInterrupted(world, d)
		h.checkRuns(world, k, d)
	}
}

// dump lists the objects of the engine for the message of a failure.
func dump(world plan.World) string {
	var b strings.Builder
	for _, obj := range world.Observed.Sorted() {
		fmt.Fprintf(&b, "%s %s %v\n", obj.ID, obj.Name, obj.Labels[owner.LabelHash])
		if c := obj.Container; c != nil {
			fmt.Fprintf(&b, "  %s %d %s started %v ended %v error %q networks %v\n",
				c.Status, c.ExitCode, c.Image, c.StartedAt, c.FinishedAt, c.Error, c.Attachments)
		}
	}
	return b.String()
}

// heldByBlocked reports whether a network or volume is in use by a container of
// ours that has a blocker.
func (h *history) heldByBlocked(world plan.World, k spec.Key) bool {
	for _, b := range plan.Decide(world, k).Blocked {
		if b.Key.Kind == spec.KindContainer && len(plan.Decide(world, b.Key).Blocked) > 0 {
			return true
		}
	}
	return false
}

// checkRuns checks that a container without blockers runs or is done, and is on its
// networks.
func (h *history) checkRuns(world plan.World, k spec.Key, d plan.Decision) {
	obj, found := world.Container(k)
	if k.Kind != spec.KindContainer || !found || len(d.Blocked) > 0 || d.RequeueAfter > 0 {
		return
	}
	c := obj.Container
	want, _ := world.Object(k)
	done := c.Status == engine.StatusExited && c.ExitCode == 0
	if !c.Running() && !done {
		h.t.Fatalf("%s is %s (%d), and has no blocker", k, c.Status, c.ExitCode)
	}
	if len(c.Attachments) != len(want.Container.NetworkRefs()) {
		h.t.Fatalf("%s is on %v, want %v", k, c.Attachments, want.Container.NetworkRefs())
	}
	if id := world.Observed.Images[want.Container.ImageReference()]; !done && id != c.ImageID {
		h.t.Fatalf("%s runs another image than the current image of its tag", k)
	}
	if id, _ := owner.Of(instance, obj); id.Hash != want.Hash() {
		h.t.Fatalf("%s is not as declared", k)
	}
}

// checkEmpty checks that only retained volumes of ours are left.
func (h *history) checkEmpty() {
	for _, obj := range h.sim.Engine.Snapshot().Sorted() {
		if id, ours := owner.Of(instance, obj); ours && !retained(obj, id) {
			h.t.Fatalf("the empty set left %s", obj.Name)
		}
	}
}

func retained(obj engine.Object, id owner.Identity) bool {
	return obj.Volume != nil && id.DeletionPolicy != spec.Delete
}
