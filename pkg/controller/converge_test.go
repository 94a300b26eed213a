// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// shop returns four containers that depend on each other.
func shop() []spec.Object {
	return []spec.Object{web("db"), web("cache"), web("app", "db", "cache"), web("proxy", "app")}
}

func TestConverge(t *testing.T) {
	t.Run("a_set_is_started_in_dependency_order", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(shop()...))
			r.settle()
			r.wantReady("db", "cache", "app", "proxy")
			starts := slices.DeleteFunc(r.actions(), func(a string) bool { return a[:5] != "start" })
			if slices.Index(starts, "start app") < 2 || slices.Index(starts, "start proxy") != 3 || len(starts) != 4 {
				t.Errorf("started in the order %v", starts)
			}
		})
	})
	t.Run("a_converged_set_causes_no_actions", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(shop()...))
			r.settle()
			before := r.Mutations()
			r.controller.SetDesired(set(shop()...))
			r.pass(time.Hour)
			if n := r.Mutations() - before; n != 0 {
				t.Errorf("%d changes in an hour", n)
			}
		})
	})
	t.Run("the_empty_set_removes_everything_in_reverse_order", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(shop()...))
			r.settle()
			r.actions()
			r.controller.SetDesired(set())
			r.settle()
			removals := slices.DeleteFunc(r.actions(), func(a string) bool { return a[:4] == "stop" })
			if len(removals) != 5 || removals[0] != "remove proxy" || removals[1] != "remove app" || removals[4] != "remove default" {
				t.Errorf("removed in the order %v", removals)
			}
			if n := len(r.Snapshot().Objects); n != 0 || len(r.all()) != 0 {
				t.Errorf("%d objects and %d reports are left", n, len(r.all()))
			}
		})
	})
	t.Run("a_changed_manifest_replaces_only_its_container", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			objects := shop()
			r.controller.SetDesired(set(objects...))
			r.settle()
			old, db := r.container("cache").ID, r.container("db").ID
			objects[1] = changed(objects[1], func(c *spec.Container) { c.Env = map[string]spec.EnvValue{"A": spec.EnvText("1")} })
			r.controller.SetDesired(set(objects...))
			r.settle()
			r.wantReady("db", "cache", "app", "proxy")
			if r.container("cache").ID == old || r.container("db").ID != db {
				t.Error("want another cache and the same db")
			}
			if n := len(r.Snapshot().Objects); n != 5 {
				t.Errorf("%d objects, want 4 containers and a network", n)
			}
			if !slices.Contains(r.reasons("cache"), "Replaced") {
				t.Errorf("events %v", r.reasons("cache"))
			}
		})
	})
	t.Run("a_restarted_controller_resumes_managing_its_containers", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(shop()...))
			r.settle()
			r.stop()
			before := r.Mutations()
			r.start(nil)
			r.controller.SetDesired(set(shop()...))
			r.settle()
			r.wantReady("db", "cache", "app", "proxy")
			if n := r.Mutations() - before; n != 0 {
				t.Errorf("%d changes after a restart", n)
			}
		})
	})
	t.Run("an_incomplete_set_removes_nothing", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(shop()...))
			r.settle()
			before := r.Mutations()
			r.controller.SetDesired(spec.Set{})
			r.pass(time.Hour)
			if n := r.Mutations() - before; n != 0 {
				t.Errorf("%d changes", n)
			}
			r.wantCondition(r.report("db"), condition.Ready, "Unknown", condition.ReasonSourceUnavailable)
		})
	})
}

func TestPlan(t *testing.T) {
	controlled(t, func(t *testing.T, r *rig) {
		r.hook(func(context.Context, plan.Action) error { return engine.Errorf("x", engine.Invalid, "no") })
		r.controller.SetDesired(set(web("db")))
		r.pass(time.Second)
		r.hook(nil)
		got, err := r.controller.Plan(t.Context())
		if err != nil || len(got.Decisions) != 2 {
			t.Fatalf("plan = %v, %v, want the container and the network", got, err)
		}
		r.controller.SetDesired(set(changed(web("db"), func(c *spec.Container) { c.User = "1" })))
	})
	t.Run("actions_are_recorded_as_events", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db")))
			r.settle()
			want := []string{"ManifestAccepted", "Pulling", "Pulled", "Created", "Started", "Ready"}
			if diff := cmp.Diff(want, r.reasons("db")); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	})
}
