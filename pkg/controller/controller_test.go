// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// shop is the seed's shape.
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
	t.Run("a_converged_set_is_left_alone", func(t *testing.T) {
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
	t.Run("a_changed_manifest_replaces_just_its_container", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			objects := shop()
			r.controller.SetDesired(set(objects...))
			r.settle()
			old, db := r.container("cache").ID, r.container("db").ID
			objects[1] = changed(objects[1], func(c *spec.Container) { c.Env = map[string]string{"A": "1"} })
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
	t.Run("a_restarted_controller_adopts_what_runs", func(t *testing.T) {
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

func TestHeal(t *testing.T) {
	for name, harm := range map[string]func(*rig, engine.ID){
		"a_killed_container_is_restarted":       func(r *rig, id engine.ID) { r.Kill(id, 137) },
		"a_stopped_container_is_started":        func(r *rig, id engine.ID) { r.UserStop(id) },
		"a_removed_container_is_created_anew":   func(r *rig, id engine.ID) { r.UserRemove(id) },
		"a_disconnected_container_is_connected": func(r *rig, id engine.ID) { r.UserDisconnect(id, "default.default") },
		"a_dead_container_is_replaced":          func(r *rig, id engine.ID) { r.MarkDead(id) },
	} {
		t.Run(name, func(t *testing.T) {
			controlled(t, func(t *testing.T, r *rig) {
				r.controller.SetDesired(set(shop()...))
				r.settle()
				harm(r, r.container("db").ID)
				r.pass(time.Second) // within a second of the engine's own time
				c := r.container("db").Container
				if c == nil || !c.Running() || len(c.Attachments) != 1 {
					t.Fatalf("db after a second: %+v", c)
				}
				r.settle()
				r.wantReady("db", "cache", "app", "proxy")
			})
		})
	}
	t.Run("a_foreign_container_of_the_name_is_left_alone_and_named", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			id, err := r.UserRun(engine.ContainerConfig{Name: "db.default", Image: "app:1"})
			if err != nil {
				t.Fatal(err)
			}
			r.controller.SetDesired(set(web("db")))
			r.settle()
			r.wantCondition(r.report("db"), condition.Stalled, "True", condition.ReasonForeignObject)
			if r.container("db").ID != id {
				t.Error("the foreign container was touched")
			}
			r.UserRemove(id)
			r.pass(time.Second)
			r.settle()
			r.wantReady("db")
		})
	})
	t.Run("a_crash_loop_is_slowed_down", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.Publish("crash:1", memory.ImageBehaviour{ExitAfter: time.Millisecond, ExitCode: 1})
			r.controller.SetDesired(set(changed(web("db"), func(c *spec.Container) { c.Image = "crash:1" })))
			r.pass(10 * time.Minute)
			report := r.report("db")
			if report.Status.Restarts < 5 || report.Status.Restarts > 12 {
				t.Errorf("%d restarts in ten minutes", report.Status.Restarts)
			}
			r.wantCondition(report, condition.CrashLooping, "True", condition.ReasonBackOff)
			for _, reason := range []string{"Exited", "BackOff", "Restarted"} {
				if !slices.Contains(r.reasons("db"), reason) {
					t.Errorf("no event %s among %v", reason, r.reasons("db"))
				}
			}
		})
	})
	t.Run("a_failed_action_is_tried_again_with_a_delay", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			attempts := 0
			r.hook(func(_ context.Context, a plan.Action) error {
				if a.Verb != plan.Create || a.Key.Kind != spec.KindContainer {
					return nil
				}
				attempts++
				return engine.Errorf("create", engine.Unknown, "out of luck")
			})
			r.controller.SetDesired(set(web("db")))
			r.pass(10 * time.Minute)
			if attempts < 10 || attempts > 40 {
				t.Errorf("%d attempts in ten minutes", attempts)
			}
			if !slices.Contains(r.reasons("db"), "Failed") {
				t.Errorf("events %v", r.reasons("db"))
			}
			r.hook(nil)
			r.pass(time.Minute)
			r.wantReady("db")
		})
	})
	t.Run("what_changes_nothing_is_not_done_over_and_over", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db")))
			r.settle()
			attempts := 0
			r.SetFail(func(op memory.Op) memory.Fault { // a network that takes nobody in and does not say so
				if op.Name == "Connect" {
					attempts++
					return memory.Fault{}
				}
				return memory.Fault{}
			})
			r.hook(func(_ context.Context, a plan.Action) error {
				if a.Verb == plan.Connect {
					defer r.UserDisconnect(r.container("db").ID, "default.default")
				}
				return nil
			})
			r.UserDisconnect(r.container("db").ID, "default.default")
			r.pass(10 * time.Minute)
			if attempts > 60 {
				t.Errorf("%d attempts in ten minutes", attempts)
			}
		})
	})
}

func TestIsolation(t *testing.T) {
	t.Run("a_panic_quarantines_its_key_alone", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			panics := 0
			r.hook(func(_ context.Context, a plan.Action) error {
				if a.Key == key("db") {
					panics++
					panic("boom")
				}
				return nil
			})
			bad, good := web("db"), web("cache")
			r.controller.SetDesired(set(bad, good))
			r.pass(time.Minute)
			r.wantReady("cache")
			r.wantCondition(r.report("db"), condition.Stalled, "True", condition.ReasonInternalError)
			r.wantCondition(r.report("db"), condition.Ready, "False", condition.ReasonInternalError)
			if panics != 1 {
				t.Errorf("%d attempts within a minute", panics)
			}
			r.hook(nil)
			r.controller.SetDesired(set(changed(bad, func(c *spec.Container) { c.User = "1" }), good))
			r.settle()
			r.wantReady("db", "cache")
		})
	})
	t.Run("a_quarantine_ends_by_itself", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.hook(func(context.Context, plan.Action) error { panic("boom") })
			r.controller.SetDesired(set(web("db")))
			r.pass(time.Minute)
			r.hook(nil)
			r.pass(time.Hour)
			r.wantReady("db")
		})
	})
	t.Run("a_stuck_call_blocks_only_its_key", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.hook(func(ctx context.Context, a plan.Action) error {
				if a.Key != key("db") {
					return nil
				}
				<-ctx.Done()
				return ctx.Err()
			})
			r.controller.SetDesired(set(web("db"), web("cache"), web("app"), web("proxy"), web("more")))
			r.pass(time.Second)
			r.wantReady("cache", "app", "proxy", "more")
			if r.container("db").Container != nil {
				t.Error("db exists")
			}
		})
	})
}

func TestEngineAway(t *testing.T) {
	for name, tc := range map[string]struct {
		fault memory.Fault
		want  condition.Reason
	}{
		"an_unreachable_engine_is_told_and_nothing_done": {
			memory.Fault{Err: engine.Errorf("dial", engine.Unreachable, "no such file")}, condition.ReasonEngineUnreachable},
		"an_unresponsive_engine_is_told_and_nothing_done": {
			memory.Fault{Hang: true}, condition.ReasonEngineUnresponsive},
	} {
		t.Run(name, func(t *testing.T) {
			controlled(t, func(t *testing.T, r *rig) {
				r.controller.SetDesired(set(shop()...))
				r.settle()
				r.SetFail(func(memory.Op) memory.Fault { return tc.fault })
				r.Break()
				r.pass(5 * time.Minute)
				r.actions()
				r.controller.SetDesired(set(web("db"), web("new"))) // most goes, one comes
				r.pass(time.Hour)
				if done := r.actions(); len(done) > 0 {
					t.Errorf("did %v", done)
				}
				for _, name := range []string{"db", "app", "new"} {
					r.wantCondition(r.report(name), condition.Ready, "Unknown", tc.want)
				}
				r.wantCondition(r.report("new"), condition.Accepted, "True", condition.ReasonAccepted)
				if r.controller.Settled() {
					t.Error("settled without an engine")
				}
				r.SetFail(nil)
				r.pass(time.Minute)
				r.settle()
				r.wantReady("db", "new")
				if len(r.all()) != 3 {
					t.Errorf("%d reports, want two containers and a network", len(r.all()))
				}
			})
		})
	}
	t.Run("an_engine_that_was_never_there_is_told", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			r.SetFail(func(memory.Op) memory.Fault {
				return memory.Fault{Err: engine.Errorf("dial", engine.Unreachable, "no such file")}
			})
			r.start(nil)
			defer func() { r.stop() }()
			r.controller.SetDesired(set(shop()...))
			r.pass(time.Minute)
			r.wantCondition(r.report("db"), condition.Ready, "Unknown", condition.ReasonEngineUnreachable)
			r.SetFail(nil)
			r.pass(time.Minute)
			r.wantReady("db", "cache", "app", "proxy")
		})
	})
}

func TestProblems(t *testing.T) {
	t.Run("a_broken_file_shows_and_changes_nothing", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db")))
			r.settle()
			before := r.Mutations()
			s := set(web("db"))
			s.Problems = []spec.Problem{problem(key("db"), "db.yaml", "ManifestInvalid")}
			r.controller.SetDesired(s)
			r.settle()
			r.wantCondition(r.report("db"), condition.Accepted, "False", condition.ReasonManifestInvalid)
			r.wantReady("db")
			if r.Mutations() != before {
				t.Error("something was changed")
			}
			if !slices.Contains(r.reasons("db"), "ManifestInvalid") {
				t.Errorf("events %v", r.reasons("db"))
			}
			r.controller.SetDesired(set(web("db")))
			r.settle()
			r.wantCondition(r.report("db"), condition.Accepted, "True", condition.ReasonAccepted)
		})
	})
	t.Run("a_file_without_any_object_is_reported_as_itself_until_it_is_mended", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			s := set(web("db"))
			s.Problems = []spec.Problem{problem(spec.Key{}, "sub/Bad.yaml", "ManifestInvalid")}
			r.controller.SetDesired(s)
			r.settle()
			k := controller.ManifestKey("sub/Bad.yaml")
			report := r.all()[k]
			r.wantCondition(report, condition.Accepted, "False", condition.ReasonManifestInvalid)
			r.wantCondition(report, condition.Ready, "False", condition.ReasonManifestInvalid)
			r.wantCondition(report, condition.Stalled, "True", condition.ReasonManifestInvalid)
			if report.Status.Phase != "Invalid" || report.Status.Source != "sub/Bad.yaml:3:5" {
				t.Errorf("phase %q, source %q", report.Status.Phase, report.Status.Source)
			}
			r.controller.SetDesired(set(web("db")))
			r.settle()
			if _, still := r.all()[k]; still {
				t.Error("the report is still there")
			}
		})
	})
	t.Run("a_key_with_neither_object_nor_observation_is_reported", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			s := set(web("db"))
			s.Problems = []spec.Problem{problem(key("bad"), "bad.yaml", "ManifestInvalid")}
			r.controller.SetDesired(s)
			r.settle()
			r.wantCondition(r.report("bad"), condition.Accepted, "False", condition.ReasonManifestInvalid)
			r.controller.SetDesired(set(web("db")))
			r.settle()
			if _, still := r.all()[key("bad")]; still {
				t.Error("the report is still there")
			}
		})
	})
	t.Run("paths_become_dns_names_without_colliding", func(t *testing.T) {
		got := map[string]string{}
		for _, file := range []string{"web.yaml", "a/b.yaml", "a-b.yaml", "A-b.yaml"} {
			got[controller.ManifestKey(file).Name] = file
		}
		if len(got) != 4 || got["web.yaml"] == "" || got["a-b.yaml"] != "a-b.yaml" {
			t.Errorf("names: %v", got)
		}
	})
}

func TestDrain(t *testing.T) {
	t.Run("what_is_in_flight_is_finished_and_workloads_stay", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.hook(func(ctx context.Context, a plan.Action) error {
				if a.Verb != plan.Create || a.Key.Kind != spec.KindContainer {
					return nil
				}
				select {
				case <-time.After(5 * time.Second):
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
			r.controller.SetDesired(set(web("db"), web("app", "db")))
			r.pass(time.Second)
			began := time.Now()
			r.stop()
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
			if c := r.container("db").Container; c == nil || !c.Running() {
				t.Errorf("db was in flight and is %+v", c)
			}
			if r.container("app").Container != nil {
				t.Error("app was begun while stopping")
			}
		})
	})
	t.Run("what_does_not_end_is_given_up_after_the_timeout", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.hook(func(ctx context.Context, _ plan.Action) error { <-ctx.Done(); return ctx.Err() })
			r.controller.SetDesired(set(web("db")))
			r.pass(time.Second)
			began := time.Now()
			r.stop()
			if took := time.Since(began); took != 10*time.Second {
				t.Errorf("it took %s, want the timeout", took)
			}
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
	t.Run("actions_tell_their_story_as_events", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db")))
			r.settle()
			want := []string{"ManifestAccepted", "Pulled", "Created", "Started", "Ready"}
			if diff := cmp.Diff(want, r.reasons("db")); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	})
}
