// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
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
