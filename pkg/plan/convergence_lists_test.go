// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"maps"
	"slices"

	"pgregory.net/rapid"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// drawLists makes the lists of some kinds fail from now on: the controller either
// observes none of their objects, or those that exist now.
func (h *history) drawLists() {
	last := h.sim.Engine.Snapshot()
	failing := map[engine.Kind]bool{}
	for _, kind := range []engine.Kind{engine.KindImage, engine.KindNetwork, engine.KindVolume} {
		if rapid.Bool().Draw(h.t, "fails "+string(kind)) {
			failing[kind] = rapid.Bool().Draw(h.t, "keeps the last objects")
		}
	}
	if len(failing) == 0 {
		h.sim.Observe = nil
		return
	}
	code := rapid.SampledFrom([]engine.Code{engine.Unknown, engine.Timeout, engine.ImageNotFound}).Draw(h.t, "list error")
	h.sim.Observe = func(snap engine.Snapshot) engine.Snapshot {
		for kind, keeps := range failing {
			snap = snap.WithUnread(kind, engine.Errorf("list", code, "injected"))
			if !keeps {
				continue
			}
			for id, obj := range last.Objects {
				if id.Kind == kind {
					snap.Objects[id] = obj
				}
			}
			if kind == engine.KindImage {
				snap.Images = maps.Clone(last.Images)
			}
		}
		return snap
	}
}

// checkLists checks that a decision made while lists fail has no action that it
// would not have if they succeeded.
func (h *history) checkLists(world plan.World, k spec.Key) {
	if len(world.Observed.Unread) == 0 {
		return
	}
	in := world.Input
	in.Observed = h.sim.Engine.Snapshot()
	listed, unlisted := plan.Decide(plan.NewWorld(in), k), plan.Decide(world, k)
	rest := listed.Actions
	for _, a := range unlisted.Actions {
		if a.Verb == plan.Pull && a.Object.Container.PullPolicy == spec.PullAlways {
			continue // it is pulled whatever the engine has
		}
		i := slices.IndexFunc(rest, func(b plan.Action) bool {
			return a.Verb == b.Verb && a.Target == b.Target && a.Temporary == b.Temporary && a.Attachment.Network == b.Attachment.Network
		})
		if i < 0 {
			h.t.Fatalf("failing lists %v cause %v:\n%v\nwith all lists:\n%v", world.Observed.Unread, a,
				plan.Plan{Decisions: []plan.Decision{unlisted}}, plan.Plan{Decisions: []plan.Decision{listed}})
		}
		rest = rest[i+1:]
	}
}
