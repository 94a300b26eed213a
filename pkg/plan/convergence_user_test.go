// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"maps"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// ask submits a random command for a declared object.
func (h *history) ask() {
	keys := h.sim.Desired.Keys()
	if len(keys) == 0 {
		return
	}
	k := rapid.SampledFrom(keys).Draw(h.t, "asked")
	h.sim.submit(k, rapid.SampledFrom(plan.Commands).Draw(h.t, "command"))
	for _, obj := range h.sim.Engine.Snapshot().Objects {
		if id, ours := owner.Of(instance, obj); ours && id.Key == k {
			delete(h.stopped, obj.ID) // the command replaces the stop
		}
	}
}

// userStop stops a container as `docker stop` does, and records whether it must
// stay stopped.
func (h *history) userStop(id engine.ID) {
	obj := h.sim.Engine.Snapshot().Objects[id]
	who, _ := owner.Of(instance, obj)
	want, desired := h.sim.World().Object(who.Key)
	h.sim.Engine.UserStop(id)
	rec := h.sim.History[who.Key]
	respected := desired && obj.Container.Running() && !rec.Stopped && who.Hash == want.Hash() &&
		want.Container.RestartPolicy.Name == spec.RestartUnlessStopped && rec.Rejected == ""
	if respected {
		h.stopped[id] = plan.Hold{Since: h.sim.Time, Hash: who.Hash}
	}
}

// userRename renames a container of ours as `docker rename` does.
func (h *history) userRename(id engine.ID) {
	h.sim.Engine.UserRename(id, rapid.SampledFrom([]string{"x", "y", "a.default", "b.default"}).Draw(h.t, "new name"))
}

// userClone runs a container with the labels of one of ours, as some tools do.
func (h *history) userClone(id engine.ID) {
	h.sim.advance(time.Millisecond) // so that it is younger
	labels := h.sim.Engine.Snapshot().Objects[id].Labels
	copied, err := h.sim.Engine.UserRun(engine.ContainerConfig{Name: "copy", Image: "app:1", Labels: labels})
	if err == nil {
		h.foreign[copied], h.copies[copied] = h.sim.Engine.Snapshot().Objects[copied], true
	}
}

// adoptCopies drops the copies of which the original is gone: then they are ours.
func (h *history) adoptCopies() {
	objects := h.sim.Engine.Snapshot().Sorted()
	ours, _ := owner.Identify(instance, objects)
	for id := range h.foreign {
		if _, adopted := ours[id]; adopted {
			delete(h.foreign, id)
		}
	}
}

// checkSingle checks that no two containers of a key run after a start.
func (h *history) checkSingle(a plan.Action) {
	ours, _ := owner.Identify(instance, h.sim.Engine.Snapshot().Sorted())
	running := 0
	for id, who := range ours {
		obj := h.sim.Engine.Snapshot().Objects[id]
		if who.Key == a.Key && !h.copies[id] && obj.Container.Running() {
			running++
		}
	}
	if running > 1 {
		h.t.Fatalf("%v: %d containers of %s run at the same time", a, running, a.Key)
	}
}

// forgetStops drops the stops that no decision has observed, because the next
// controller cannot observe them any more.
func (h *history) forgetStops() {
	for id := range h.stopped {
		who, _ := owner.Of(instance, h.sim.Engine.Snapshot().Objects[id])
		if h.sim.History[who.Key].Hold.Hash == "" {
			delete(h.stopped, id)
		}
	}
}

// stopAsked reports whether a user asked the controller to stop a container.
func (h *history) stopAsked(before plan.World, k spec.Key) bool {
	hold := before.History[k].Hold
	return !hold.Since.IsZero() && hold.Hash == ""
}

// checkAsked checks an action against the commands of users.
func (h *history) checkAsked(before plan.World, a plan.Action) {
	obj, desired := before.Object(a.Key)
	if target := before.Observed.Objects[a.Target]; target.Container != nil && target.Container.Status == engine.StatusPaused && !h.stopAsked(before, a.Key) {
		h.t.Fatalf("%v changes a paused container", a)
	}
	if !desired && before.History[a.Key].IsSuspended() {
		h.t.Fatalf("%v removes a suspended object", a)
	}
	if !desired {
		if before.Withheld()[a.Key] || before.Prune.Off || h.kept[a.Key] {
			h.t.Fatalf("%v removes an object that must be kept", a)
		}
		return
	}
	rec := before.History[a.Key]
	if rec.Suspended || obj.Container != nil && obj.Container.Suspend {
		h.t.Fatalf("%v changes a suspended object", a)
	}
	if a.Verb != plan.Start {
		return
	}
	if !rec.Hold.Since.IsZero() && rec.Hold.Hash == "" {
		h.t.Fatalf("%v starts a container that must stay stopped", a)
	}
	hold, stopped := h.stopped[a.Target]
	if stopped && obj.Container.RestartPolicy.Name == spec.RestartUnlessStopped && hold.Hash == obj.Hash() {
		h.t.Fatalf("%v starts a container that a user stopped", a)
	}
}

// noteKept records the containers that the prune guard keeps.
func (h *history) noteKept(world plan.World) {
	maps.DeleteFunc(h.kept, func(k spec.Key, _ bool) bool {
		_, desired := world.Object(k)
		_, found := world.Container(k)
		container := k
		container.Name, _, _ = strings.Cut(k.Name, ".")
		return desired || !found || world.Prune.Approved[k] || world.Prune.Approved[container]
	})
	for k := range world.Withheld() {
		if k.Kind == spec.KindContainer {
			h.kept[k] = true
		}
	}
}

// checkDelay checks that no container is started before its delay has elapsed, and
// no job that is done.
func (h *history) checkDelay(before plan.World, a plan.Action) {
	was, found := before.Observed.Objects[a.Target]
	rec := before.History[a.Key]
	if !found || was.Container.Status != engine.StatusExited || before.Now.Before(rec.Wanted) || rec.Stopped {
		return
	}
	state := was.Container
	asked := state.StartedAt.Before(rec.Wanted)
	outage := len(before.Outages) > 0
	policy := a.Object.Container.RestartPolicy.Name
	job := policy == spec.RestartNo || policy == spec.RestartOnFailure
	id, _ := owner.Of(instance, was)
	if job && state.ExitCode == 0 && !asked && !outage && id.Hash == a.Object.Hash() && a.Reason == plan.CauseExited {
		h.t.Fatalf("%v starts a job that is done", a)
	}
	if at := plan.BackoffOf(a.Object.Container.RestartBackoff).NextStart(rec, state, before.Now); a.Reason == plan.CauseExited && !asked && before.Now.Before(at) {
		h.t.Fatalf("%v comes before %v", a, at)
	}
}

// checkInits checks that every init container has completed for this start: after
// the container was created, and after its last end. Only an old container that is
// restored starts without them.
func (h *history) checkInits(before plan.World, a plan.Action) {
	was, found := before.Observed.Objects[a.Target]
	if !found || a.Reason == plan.CauseReplacementFailed {
		return
	}
	since := was.Created
	if !was.Container.StartedAt.IsZero() {
		since = was.Container.FinishedAt
	}
	for _, ic := range a.Object.Container.InitContainers {
		init, found := h.sim.World().Container(a.Object.InitKey(ic.Name))
		if !found || init.Container.Status != engine.StatusExited || init.Container.ExitCode != 0 || init.Created.Before(since) {
			h.t.Fatalf("%v: its init container %s has not completed since %v: %+v", a, ic.Name, since, init.Container)
		}
	}
}

// checkInterrupted checks that no container that ended in an outage stays down,
// unless something else blocks it.
func (h *history) checkInterrupted(world plan.World, d plan.Decision) {
	obj, found := world.Container(d.Key)
	if !found || d.Key.Kind != spec.KindContainer || obj.Container.Status != engine.StatusExited {
		return
	}
	for _, b := range d.Blocked {
		if b.Reason != condition.ReasonExited && b.Reason != condition.ReasonNonZeroExit {
			return
		}
	}
	for _, o := range world.Outages {
		if obj.Container.FinishedAt.Equal(o.From) && d.RequeueAfter == 0 {
			h.t.Fatalf("%s ended in an outage and stays down: %v", d.Key, d.Blocked)
		}
	}
}

func drawHealth(t *rapid.T) engine.Health {
	return rapid.SampledFrom([]engine.Health{engine.HealthHealthy, engine.HealthUnhealthy}).Draw(t, "health")
}
