// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// failList makes the lists of some kinds fail.
func (r *rig) failList(kinds ...engine.Kind) {
	r.SetFail(func(op memory.Op) memory.Fault {
		for _, kind := range kinds {
			if op.Name == "List" && op.Arg == string(kind) {
				return memory.Fault{Err: engine.Errorf("list "+string(kind)+"s", engine.Unknown, "No such image: sha256:12")}
			}
		}
		return memory.Fault{}
	})
}

func TestFailingList(t *testing.T) {
	for _, kind := range []engine.Kind{engine.KindImage, engine.KindVolume, engine.KindNetwork} {
		t.Run("a_failing_list_of_"+string(kind)+"s_does_not_prevent_a_restart", func(t *testing.T) {
			controlled(t, func(t *testing.T, r *rig) {
				r.controller.SetDesired(set(web("db"), web("app", "db")))
				r.settle()
				r.failList(kind)
				r.pass(time.Hour)
				r.Kill(r.container("db").ID, 1)
				r.pass(time.Minute)
				r.wantReady("db", "app")
				if s := r.cache.State(); !s.Connected || s.Reconnects > 0 {
					t.Errorf("the engine counts as lost: %+v", s)
				}
			})
		})
	}
	t.Run("only_dependents_of_the_list_wait_for_it", func(t *testing.T) {
		controlled(t, func(_ *testing.T, r *rig) {
			r.failList(engine.KindVolume)
			r.Break() // the next session lists without volumes
			r.pass(time.Minute)
			data := spec.Object{
				Kind: spec.KindVolume, Metadata: spec.Metadata{Name: "data", Namespace: "default"},
				Volume: &spec.Volume{}, Generation: 1,
			}
			db := changed(web("db"), func(c *spec.Container) {
				c.Volumes = []spec.Mount{{Type: spec.MountVolume, Source: "data", Target: "/data"}}
			})
			r.controller.SetDesired(set(data, db, web("cache"), web("app", "db")))
			r.pass(time.Minute)
			r.wantReady("cache")
			r.wantCondition(r.all()[data.Key()], condition.Ready, "Unknown", condition.ReasonEngineError)
			for _, name := range []string{"db", "app"} {
				if r.container(name).Container != nil {
					r.t.Errorf("%s exists", name)
				}
			}
			r.SetFail(nil)
			r.pass(2 * time.Minute)
			r.wantReady("cache", "db", "app")
		})
	})
	t.Run("a_restart_of_the_controller_with_a_failing_list_of_networks_replaces_nothing", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db"), web("app", "db")))
			r.settle()
			before := r.container("db").ID
			r.stop()
			r.failList(engine.KindNetwork)
			r.start(nil)
			r.controller.SetDesired(set(web("db"), web("app", "db")))
			r.pass(time.Hour)
			if after := r.container("db"); after.ID != before || !after.Container.Running() {
				t.Errorf("db was %s and is %s", before, after.ID)
			}
			r.SetFail(nil)
			r.pass(2 * time.Minute)
			r.wantReady("db", "app")
		})
	})
	t.Run("a_plan_request_never_marks_the_engine_as_lost", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db")))
			r.settle()
			r.failList(engine.KindContainer)
			if _, err := r.controller.Plan(t.Context()); err == nil {
				t.Error("a plan without an observed state")
			}
			if s := r.cache.State(); !s.Connected || s.Reason != "" {
				t.Errorf("the engine counts as lost: %+v", s)
			}
		})
	})
}
