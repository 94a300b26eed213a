// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

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
			r.controller.SetDesired(set(bad, good, web("more")))
			r.settle()
			r.hook(nil)
			r.controller.SetDesired(set(changed(bad, func(c *spec.Container) { c.User = "1" }), good))
			r.pass(time.Second)
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
			// An image of its own: those who share one share its pull.
			stuck := changed(web("db"), func(c *spec.Container) { c.Image = "stuck:1" })
			r.controller.SetDesired(set(stuck, web("cache"), web("app"), web("proxy"), web("more")))
			r.pass(time.Second)
			r.wantReady("cache", "app", "proxy", "more")
			if r.container("db").Container != nil {
				t.Error("db exists")
			}
		})
	})
	t.Run("slow_pulls_delay_nothing_else", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.AddImage("here:1", memory.ImageBehaviour{})
			var pulling, most atomic.Int64
			r.hook(func(_ context.Context, a plan.Action) error {
				if a.Verb != plan.Pull {
					return nil
				}
				most.Store(max(most.Load(), pulling.Add(1)))
				time.Sleep(10*time.Minute + 30*time.Second) // virtual: this runs in a bubble
				pulling.Add(-1)
				return nil
			})
			var objects []spec.Object
			for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
				objects = append(objects, changed(web(name), func(c *spec.Container) { c.Image = name + ":1" }))
			}
			objects = append(objects, changed(web("db"), func(c *spec.Container) { c.Image = "here:1" }))
			r.controller.SetDesired(set(objects...))
			r.pass(time.Second)
			r.wantReady("db")
			r.pass(42*time.Minute + 10*time.Second)
			r.wantReady("a", "b", "c", "d", "e", "f", "g")
			if most.Load() != 2 {
				t.Errorf("%d pulls at once, want 2", most.Load())
			}
		})
	})
	t.Run("an_object_that_cannot_be_read_is_reported_as_unknown", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db"), web("cache")))
			r.settle()
			id := r.container("db").ID
			r.SetFail(func(op memory.Op) memory.Fault {
				if op.Name == "Find" && op.Arg == "container/db.default" {
					return memory.Fault{Err: engine.Errorf("find", engine.Unknown, "input/output error")}
				}
				return memory.Fault{}
			})
			r.Kill(id, 1)
			r.pass(time.Minute)
			r.wantCondition(r.report("db"), condition.Ready, "Unknown", condition.ReasonEngineError)
			r.wantReady("cache")
			r.SetFail(nil)
			r.pass(2 * time.Minute)
			r.wantReady("db")
		})
	})
}

func TestDrain(t *testing.T) {
	t.Run("actions_in_progress_are_finished_and_workloads_keep_running", func(t *testing.T) {
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
	t.Run("actions_that_do_not_end_are_cancelled_after_the_timeout", func(t *testing.T) {
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
