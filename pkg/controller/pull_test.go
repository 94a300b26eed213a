// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"context"
	"fmt"
	"strings"
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

// always returns a container with pullPolicy always.
func always(name string) spec.Object {
	return changed(web(name), func(c *spec.Container) { c.PullPolicy = spec.PullAlways })
}

// slowPulls makes each pull take a minute, with half of the image at once, and fail
// while the flag is set. It returns the number of pulls.
func slowPulls(r *rig, fail *atomic.Bool) *atomic.Int64 {
	var pulls atomic.Int64
	r.hook(func(ctx context.Context, a plan.Action) error {
		if a.Verb != plan.Pull {
			return nil
		}
		pulls.Add(1)
		a.Progress(engine.Progress{Done: 5e6, Total: 10e6})
		select {
		case <-time.After(time.Minute):
		case <-ctx.Done():
			return ctx.Err()
		}
		if fail.Load() {
			return engine.Errorf("pull", engine.ImageUnauthorized, "who are you?")
		}
		return nil
	})
	return &pulls
}

func TestPull(t *testing.T) {
	var names []string
	var crowd []spec.Object
	for i := range 20 {
		names = append(names, fmt.Sprintf("web%d", i))
		crowd = append(crowd, web(names[i]))
	}
	var fail atomic.Bool
	t.Run("one_pull_serves_all", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			pulls := slowPulls(r, &fail)
			r.controller.SetDesired(set(crowd...))
			r.pass(30 * time.Second)
			for _, name := range names {
				r.wantCondition(r.report(name), condition.ImageAvailable, "False", condition.ReasonImagePulling)
				got := condition.Find(r.report(name).Status.Conditions, condition.ImageAvailable).Message
				if !strings.Contains(got, "5.0 MB of 10.0 MB") {
					t.Errorf("the message of %s is %q", name, got)
				}
			}
			r.settle()
			r.wantReady(names...)
			if pulls.Load() != 1 {
				t.Errorf("%d pulls of one image", pulls.Load())
			}
		})
	})
	t.Run("it_is_forgotten_with_the_last_container_of_the_image", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			other := changed(web("other"), func(c *spec.Container) { c.Image = "other:1" })
			r.controller.SetDesired(set(web("db"), other))
			r.settle()
			r.controller.SetDesired(set(web("db")))
			r.settle()
			done := r.controller.World().Pulls.Done
			if _, kept := done["app:1"]; len(done) != 1 || !kept {
				t.Errorf("pulled: %v", done)
			}
		})
	})
	t.Run("its_bytes_are_counted_once", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			r, metrics := newRig(t), &passes{kinds: map[spec.Kind]int{}}
			r.start(func(cfg *controller.Config) { cfg.Metrics = metrics })
			defer func() { r.stop() }()
			slowPulls(r, &fail)
			r.controller.SetDesired(set(crowd...))
			r.settle()
			if n := metrics.bytes.Load(); n != 10<<20 {
				t.Errorf("%d bytes, want the bytes of one image", n)
			}
		})
	})
	t.Run("one_pull_serves_all_with_pullPolicy_always", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			pulls := slowPulls(r, &fail)
			r.controller.SetDesired(set(always("db"), always("cache"), always("app")))
			r.settle()
			r.wantReady("db", "cache", "app")
			if pulls.Load() != 1 {
				t.Errorf("%d pulls of one image", pulls.Load())
			}
		})
	})
	t.Run("a_failure_is_recorded_for_all", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			fail.Store(true)
			defer fail.Store(false)
			pulls := slowPulls(r, &fail)
			r.controller.SetDesired(set(crowd...))
			r.pass(time.Minute)
			for _, name := range names {
				r.wantCondition(r.report(name), condition.Stalled, "True", condition.ReasonImagePullUnauthed)
			}
			r.pass(time.Hour)
			// A minute each, then at most five of delay.
			if n := pulls.Load(); n < 8 || n > 20 {
				t.Errorf("%d attempts in an hour", n)
			}
			fail.Store(false)
			r.settle()
			r.pass(10 * time.Minute)
			r.wantReady(names...)
		})
	})
}

func TestImageCheck(t *testing.T) {
	t.Run("a_moved_tag_replaces_the_container_once_a_controller_starts", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			objects := set(always("db"), web("cache"))
			r.controller.SetDesired(objects)
			r.settle()
			db := r.container("db").ID
			r.Publish("app:1", memory.ImageBehaviour{})
			r.pass(time.Hour)
			if r.container("db").ID != db {
				t.Error("db was replaced without a pull")
			}
			r.stop()
			r.start(nil)
			r.controller.SetDesired(objects)
			r.settle()
			r.wantReady("db", "cache")
			if r.container("db").ID == db {
				t.Error("db runs the old image")
			}
		})
	})
	t.Run("a_moved_tag_replaces_the_container_at_each_interval", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			r.start(func(cfg *controller.Config) { cfg.ImageCheckInterval = 10 * time.Minute })
			defer func() { r.stop() }()
			r.controller.SetDesired(set(always("db")))
			r.settle()
			db := r.container("db").ID
			r.Publish("app:1", memory.ImageBehaviour{})
			if r.pass(9 * time.Minute); r.container("db").ID != db {
				t.Error("db was replaced early")
			}
			r.pass(3 * time.Minute)
			if r.container("db").ID == db {
				t.Error("db runs the old image")
			}
		})
	})
	t.Run("an_unavailable_registry_does_no_harm", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			objects := set(always("db"))
			r.controller.SetDesired(objects)
			r.settle()
			db := r.container("db").ID
			r.stop()
			r.hook(func(_ context.Context, a plan.Action) error {
				if a.Verb == plan.Pull {
					return engine.Errorf("pull", engine.ImageNotFound, "away")
				}
				return nil
			})
			r.start(nil)
			r.controller.SetDesired(objects)
			r.pass(time.Hour)
			r.wantReady("db")
			if r.container("db").ID != db {
				t.Error("db was replaced")
			}
		})
	})
}
