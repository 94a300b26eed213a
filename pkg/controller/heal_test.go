// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestHeal(t *testing.T) {
	for name, harm := range map[string]func(*rig, engine.ID){
		"a_killed_container_is_restarted":       func(r *rig, id engine.ID) { r.Kill(id, 137) },
		"a_stopped_container_is_started":        func(r *rig, id engine.ID) { r.UserStop(id) },
		"a_removed_container_is_created_again":  func(r *rig, id engine.ID) { r.UserRemove(id) },
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
	t.Run("a_foreign_container_with_the_name_is_not_touched_and_is_named", func(t *testing.T) {
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
	t.Run("a_crash_loop_is_delayed", func(t *testing.T) {
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
			if got := r.messages("db", "BackOff"); len(got) != 1 {
				t.Errorf("one crash is reported as another one: %q", got)
			}
		})
	})
	t.Run("a_failed_action_is_repeated_with_a_delay", func(t *testing.T) {
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
	t.Run("a_container_that_is_removed_again_and_again_is_throttled", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			var starts atomic.Int64
			r.hook(func(_ context.Context, a plan.Action) error {
				if a.Verb == plan.Start {
					starts.Add(1)
				}
				return nil
			})
			r.controller.SetDesired(set(web("db")))
			for range 600 { // a user removes it as soon as it runs
				r.pass(time.Second)
				r.UserRemove(r.container("db").ID)
			}
			if n := starts.Load(); n < 100 || n > 310 {
				t.Errorf("%d starts in ten minutes, want at most 30 a minute", n)
			}
		})
	})
	t.Run("an_action_without_effect_is_throttled", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db")))
			r.settle()
			attempts := 0
			r.hook(func(_ context.Context, a plan.Action) error { // succeeds without any effect
				attempts++
				return errNoEffect
			})
			r.UserDisconnect(r.container("db").ID, "default.default")
			r.pass(10 * time.Minute)
			if attempts < 5 || attempts > 40 {
				t.Errorf("%d attempts in ten minutes", attempts)
			}
			r.hook(nil)
			r.pass(time.Minute)
			r.settle()
			r.wantReady("db")
		})
	})
}

// unclear is an observer that has not read the objects of a key after an event.
type unclear struct {
	controller.Observer
	key spec.Key
	is  atomic.Bool
}

func (o *unclear) Stale(k spec.Key) bool {
	return k == o.key && o.is.Load() || o.Observer.Stale(k)
}

// TestStartWaitsForStaleDependencies verifies that nothing is started while an
// object of a dependency has had an event and was not read since.
func TestStartWaitsForStaleDependencies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, doubt := newRig(t), &unclear{key: key("db")}
		doubt.is.Store(true)
		r.start(func(cfg *controller.Config) {
			doubt.Observer = cfg.Observer
			cfg.Observer = doubt
		})
		defer func() { r.stop() }()
		r.controller.SetDesired(set(web("db"), web("app", "db")))
		r.pass(time.Minute)
		r.wantReady("db")
		if c := r.container("app").Container; c != nil {
			t.Errorf("app was made while db was in doubt: %+v", c)
		}
		doubt.is.Store(false)
		r.pass(time.Second)
		r.settle()
		r.wantReady("db", "app")
	})
}
