// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// TestConvergence runs random histories: manifests change, users stop, kill, remove
// and disconnect containers, calls fail, and controllers are killed between two
// actions, in any order of keys. Once the events end, the world converges, and
//   - the engine refuses no action,
//   - no foreign object is changed, also if it has the labels of a container of ours,
//   - no two containers of a key run at the same time,
//   - no container starts before its dependencies, nor before each of its init
//     containers has completed for this start,
//   - no object that the prune guard keeps is changed,
//   - failing lists cause no action,
//   - no container that is held, suspended or done is started, and none before its
//     delay has elapsed,
//   - no suspended or paused container is changed, with a manifest or without,
//   - a converged world is not changed,
//   - only retained volumes are left for the empty set.
func TestConvergence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t)
		for range rapid.IntRange(1, 12).Draw(t, "events") {
			h.event()
		}
		h.leaveAlone()
		h.converge()
		h.checkIdle()
		h.checkDesired()
		h.setDesired(spec.Set{Complete: true})
		h.converge()
		h.checkIdle()
		h.checkEmpty()
	})
}

const instance = "test"

// history is one random history.
type history struct {
	t   *rapid.T
	sim simulated
	// fault returns the outcome of the next calls.
	fault func(memory.Op) memory.Fault
	// injected reports whether the error of the last call was injected.
	injected bool
	foreign  map[engine.ID]engine.Object
	// copies holds the foreign containers that have the labels of one of ours, also
	// after the original is gone and they have become ours.
	copies map[engine.ID]bool
	// stopped holds the containers that a user stopped at the engine and that must
	// stay stopped for the hash in the hold.
	stopped map[engine.ID]plan.Hold
	paused  []engine.ID
	// kept holds the containers that the prune guard kept at some time and that were
	// neither declared nor approved since.
	kept map[spec.Key]bool
}

func newHistory(t *rapid.T) *history {
	h := &history{
		t: t, foreign: map[engine.ID]engine.Object{}, copies: map[engine.ID]bool{},
		stopped: map[engine.ID]plan.Hold{}, kept: map[spec.Key]bool{},
	}
	h.sim = simulate(memory.Options{NeedsBaseNetwork: rapid.Bool().Draw(t, "engine needs the base network")})
	for ref, b := range images {
		h.sim.Engine.Publish(ref, b)
	}
	h.sim.Engine.SetFail(func(op memory.Op) memory.Fault {
		h.injected = false
		if h.fault == nil {
			return memory.Fault{}
		}
		f := h.fault(op)
		h.injected = f.Err != nil
		return f
	})
	h.sim.Desired = spec.Set{Complete: true}
	return h
}

// event draws one event.
func (h *history) event() {
	switch rapid.SampledFrom([]string{
		"manifests", "manifests", "steps", "steps", "steps", "steps", "kill", "stop", "remove",
		"disconnect", "foreign", "fail", "amnesia", "time", "restart", "incomplete",
		"health", "answers", "ask", "ask", "pause", "image", "prune", "approve", "lists", "rename", "clone",
	}).Draw(h.t, "event") {
	case "manifests":
		h.setDesired(drawSet(h.t))
	case "steps":
		for range rapid.IntRange(1, 20).Draw(h.t, "steps") {
			h.step(h.drawKey(), rapid.IntRange(0, 30).Draw(h.t, "killed after") == 0)
		}
	case "fail":
		h.drawFault()
	case "amnesia":
		h.sim.restartController()
		h.forgetStops()
		clear(h.kept)
	case "image": // the tag means another image from now on
		ref := rapid.SampledFrom([]string{"app:1", "app:2", "init:1"}).Draw(h.t, "tag")
		h.sim.Engine.AddImage(ref, images[ref])
	case "ask":
		h.ask()
	case "lists":
		h.drawLists()
	case "prune":
		h.sim.Prune.Off = rapid.IntRange(0, 4).Draw(h.t, "prune off") == 0
		h.sim.Prune.Guard = rapid.SampledFrom([]float64{0, 20, 50}).Draw(h.t, "guard")
		h.sim.Prune.Free = rapid.IntRange(0, 2).Draw(h.t, "free")
		clear(h.kept)
	case "approve":
		h.sim.Prune.Approved = maps.Clone(h.sim.World().Withheld())
	case "health":
		h.onContainer(func(id engine.ID) { h.sim.Engine.SetHealth(id, drawHealth(h.t)) })
	case "answers":
		h.onContainer(func(id engine.ID) {
			h.sim.Engine.SetAnswers(id, rapid.SampledFrom([]string{"startup", "readiness", "liveness"}).Draw(h.t, "probe"), rapid.Bool().Draw(h.t, "yes"))
		})
	case "pause":
		h.onContainer(func(id engine.ID) {
			h.sim.Engine.Pause(id)
			h.paused = append(h.paused, id)
		})
	case "time":
		h.sim.advance(time.Duration(rapid.IntRange(1, 400_000).Draw(h.t, "ms")) * time.Millisecond)
	case "restart":
		h.sim.restartEngine()
		h.stopped = map[engine.ID]plan.Hold{} // the cause of a stop just before the outage is unknown
		for id := range h.foreign {           // they stop with it
			h.foreign[id] = h.sim.Engine.Snapshot().Objects[id]
		}
	case "incomplete":
		h.sim.Desired.Complete = false
	case "foreign":
		h.foreigner()
	case "rename":
		h.onContainer(h.userRename)
	case "clone":
		h.onContainer(h.userClone)
	case "kill":
		h.onContainer(func(id engine.ID) { h.sim.Engine.Kill(id, 137) })
	case "stop":
		h.onContainer(h.userStop)
	case "remove":
		h.onContainer(h.sim.Engine.UserRemove)
	case "disconnect":
		h.onContainer(func(id engine.ID) {
			obj := h.sim.Engine.Snapshot().Objects[id]
			for _, at := range obj.Container.Attachments {
				h.sim.Engine.UserDisconnect(id, at.Network)
			}
		})
	}
}

// setDesired changes the manifests.
func (h *history) setDesired(set spec.Set) {
	h.sim.Desired = set
}

// step reconciles one key. killed makes the controller die after its first action.
func (h *history) step(k spec.Key, killed bool) bool {
	before := h.sim.World()
	h.noteKept(before)
	h.checkLists(before, k)
	h.adoptCopies()
	acted := false
	h.sim.Step(context.Background(), k, func(a plan.Action, err error) bool {
		acted = true
		defer h.adoptCopies()
		h.checkAction(before, a, err)
		return !killed
	})
	if killed {
		h.sim.restartController()
		h.forgetStops()
		clear(h.kept)
	}
	h.checkForeign()
	return acted
}

// checkAction checks an action against the safety rules.
func (h *history) checkAction(before plan.World, a plan.Action, err error) {
	if err != nil && !h.injected && !expected[engine.CodeOf(err)] {
		h.t.Fatalf("the engine refused %v: %v\nplan:\n%v", a, err, plan.Compute(before))
	}
	if _, foreign := h.foreign[a.Target]; foreign {
		h.t.Fatalf("%v changes a foreign object", a)
	}
	h.checkAsked(before, a)
	if a.Verb == plan.Start && err == nil {
		h.checkSingle(a)
		h.checkOrder(a)
		h.checkInits(before, a)
		h.checkDelay(before, a)
	}
}

// expected holds the codes of failures that the drawn manifests cause.
var expected = map[engine.Code]bool{
	engine.ImageNotFound:   true, // gone:1 does not exist
	engine.CommandNotFound: true, // broken:1 does not start
	engine.PortInUse:       true, // two manifests publish one port
}

// checkOrder checks that every required dependency of a started container has
// reached its condition.
func (h *history) checkOrder(a plan.Action) {
	world := h.sim.World()
	for _, d := range a.Object.Container.Dependencies {
		k := d.Key(a.Key.Namespace)
		if d.Required != nil && !*d.Required {
			continue
		}
		dep, found := world.Container(k)
		if !found {
			h.t.Fatalf("%v: %s does not exist", a, k)
		}
		done := dep.Container.Status == engine.StatusExited && dep.Container.ExitCode == 0
		if !done && !dep.Container.Running() {
			h.t.Fatalf("%v: %s is %s", a, k, dep.Container.Status)
		}
		well := dep.Container.Health == engine.HealthNone || dep.Container.Health == engine.HealthHealthy
		well = well && probed(world, k, dep)
		if (d.Condition == "" || d.Condition == spec.UntilHealthy) && !done && !well {
			h.t.Fatalf("%v: %s is %s, with the probe results %+v", a, k, dep.Container.Health, world.Probes[dep.ID])
		}
	}
}

// probed reports whether the probes of a container have passed since its start.
func probed(world plan.World, k spec.Key, dep engine.Object) bool {
	obj, _ := world.Object(k)
	if obj.Container.Probes == nil {
		return true
	}
	p, r := obj.Container.Probes, world.Probes[dep.ID]
	return r.StartedAt.Equal(dep.Container.StartedAt) &&
		(p.Startup == nil || r.Startup.State == plan.ProbePassed) &&
		(p.Readiness == nil || r.Readiness.State == plan.ProbePassed) &&
		(p.Liveness == nil || r.Liveness.State != plan.ProbeFailed)
}

// checkForeign checks that no foreign object was changed.
func (h *history) checkForeign() {
	now := h.sim.Engine.Snapshot().Objects
	for id, was := range h.foreign {
		is, found := now[id]
		if !found || is.Name != was.Name || is.Container.Status != was.Container.Status ||
			len(is.Container.Attachments) != len(was.Container.Attachments) {
			h.t.Fatalf("foreign %s was changed: %+v", was.Name, is)
		}
	}
}

// leaveAlone ends all faults: manifests are complete, nothing is suspended, held,
// paused or withheld, calls succeed, and there are no foreign containers.
func (h *history) leaveAlone() {
	h.fault, h.sim.Observe = nil, nil
	h.sim.Prune = plan.Prune{}
	clear(h.kept)
	h.sim.Desired.Objects = maps.Clone(h.sim.Desired.Objects)
	for k, obj := range h.sim.Desired.Objects {
		if obj.Container != nil {
			c := *obj.Container
			c.Suspend = false
			obj.Container = &c
			h.sim.Desired.Objects[k] = obj
		}
	}
	h.sim.Desired.Complete = true
	for _, k := range h.sim.Desired.Keys() {
		h.sim.submit(k, plan.CommandStart)
		h.sim.submit(k, plan.CommandResume)
	}
	for k := range h.sim.History {
		h.sim.submit(k, plan.CommandResume) // also those that no manifest declares any more
	}
	h.stopped = map[engine.ID]plan.Hold{}
	for _, id := range h.paused {
		h.sim.Engine.Unpause(id)
	}
	for id := range h.foreign {
		h.sim.Engine.UserRemove(id)
	}
	h.foreign = map[engine.ID]engine.Object{}
}

// converge reconciles in random order until there is nothing left to do. It
// advances the time to each event that is due.
func (h *history) converge() {
	for range 400 {
		if h.round() {
			continue
		}
		if !h.passTime() {
			return
		}
	}
	h.t.Fatalf("not converged:\n%v\n%v", plan.Compute(h.sim.World()), h.sim.Engine.Snapshot().Sorted())
}

// round reconciles every key once in a random order and returns whether there was
// an action.
func (h *history) round() bool {
	keys := slices.Clone(h.sim.World().Keys())
	if len(keys) > 1 {
		keys = rapid.Permutation(keys).Draw(h.t, "order")
	}
	acted := false
	for _, k := range keys {
		acted = h.step(k, false) || acted
	}
	return acted
}

// passTime advances the time to the next requeue or change of the engine. It returns
// false when there is none, apart from endless crash loops.
func (h *history) passTime() bool {
	world := h.sim.World()
	var due []time.Duration
	for _, d := range plan.Compute(world).Decisions {
		if d.RequeueAfter > 0 && !hopeless(world, d) {
			due = append(due, d.RequeueAfter)
		}
	}
	if at, ok := h.sim.Engine.NextChange(); ok && at.Sub(h.sim.Time) < 5*time.Second {
		due = append(due, max(at.Sub(h.sim.Time), time.Millisecond))
	}
	for k, at := range h.sim.ProbesDue(context.Background()) {
		if !hopeless(world, plan.Decision{Key: k}) {
			due = append(due, max(at.Sub(h.sim.Time), time.Millisecond))
		}
	}
	if len(due) == 0 {
		return false
	}
	h.sim.advance(slices.Min(due))
	return true
}

// hopeless reports whether a resource fails again and again because of its
// manifest.
func hopeless(w plan.World, d plan.Decision) bool {
	rec := w.History[d.Key]
	return rec.Streak > 3 || rec.Failure != nil && rec.Failure.Attempts > 3
}
