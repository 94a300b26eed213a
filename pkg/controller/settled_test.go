// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestSettled(t *testing.T) {
	t.Run("a_stalled_object_is_settled_and_so_are_its_dependents", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			absent := changed(web("db"), func(c *spec.Container) { c.PullPolicy = spec.PullNever })
			r.AddImage("here:1", memory.ImageBehaviour{})
			app := changed(web("app", "db"), func(c *spec.Container) { c.Image = "here:1" })
			r.controller.SetDesired(set(absent, app))
			r.settle()
			r.wantCondition(r.report("db"), condition.Stalled, "True", condition.ReasonImageNeverPull)
			r.wantCondition(r.report("app"), condition.Ready, "False", condition.ReasonDependencyFailed)
		})
	})
	t.Run("a_starting_container_is_not_settled_until_its_check_passes", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(changed(web("db"), func(c *spec.Container) {
				c.HealthCheck = &spec.HealthCheck{Test: []string{"CMD", "true"}, Interval: spec.Duration(20 * time.Second)}
			})))
			r.pass(10 * time.Second)
			if r.controller.Settled() {
				t.Error("settled while the check has not passed")
			}
			r.settle()
			r.wantReady("db")
			if !slices.Contains(r.reasons("db"), "Healthy") {
				t.Errorf("events %v", r.reasons("db"))
			}
		})
	})
	t.Run("nothing_is_settled_before_the_first_set", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.pass(time.Minute)
			if r.controller.Settled() {
				t.Error("settled without a desired state")
			}
			r.controller.SetDesired(set())
			r.settle()
		})
	})
	t.Run("an_empty_set_after_the_connection_wakes_the_waiters", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.pass(time.Minute)
			var settled atomic.Bool
			go func() {
				if r.controller.WaitSettled(t.Context()) == nil {
					settled.Store(true)
				}
			}()
			synctest.Wait()
			r.controller.SetDesired(set())
			synctest.Wait()
			if !settled.Load() {
				t.Errorf("still waiting, although settled is %v", r.controller.Settled())
			}
		})
	})
	t.Run("an_equal_set_keeps_the_controller_settled", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db")))
			r.settle()
			r.controller.SetDesired(set(web("db")))
			if !r.controller.Settled() {
				t.Error("not settled after an equal set")
			}
		})
	})
	t.Run("the_summary_counts", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db"), changed(web("app"), func(c *spec.Container) {
				c.PullPolicy, c.Image = spec.PullNever, "absent:1"
			})))
			r.settle()
			want := controller.Summary{Synced: true, SourceComplete: true, Objects: 3, Ready: 2}
			if diff := cmp.Diff(want, r.controller.Summary()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	})
}

func TestEvents(t *testing.T) {
	for name, tc := range map[string]struct {
		policy spec.RestartName
		harm   func(*rig, engine.ID)
		want   []string
	}{
		"a_job_that_ends_well_is_completed": {
			spec.RestartNo, func(r *rig, id engine.ID) { r.Kill(id, 0) }, []string{"Completed"},
		},
		"a_job_that_ends_badly_has_exited_and_stalls": {
			spec.RestartNo, func(r *rig, id engine.ID) { r.Kill(id, 3) }, []string{"Exited", "Stalled"},
		},
		"a_service_that_ends_well_has_exited_all_the_same": {
			spec.RestartAlways, func(r *rig, id engine.ID) { r.Kill(id, 0) }, []string{"Exited", "Restarted", "Ready"},
		},
		"a_check_that_fails_causes_a_restart": {
			spec.RestartAlways, func(r *rig, id engine.ID) {
				r.SetHealth(id, engine.HealthUnhealthy)
				r.pass(time.Second)
				r.SetHealth(id, engine.HealthHealthy)
			}, []string{"Unhealthy", "Stopped", "Restarted", "Ready", "Healthy"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			controlled(t, func(t *testing.T, r *rig) {
				r.controller.SetDesired(set(changed(web("db"), func(c *spec.Container) { c.RestartPolicy.Name = tc.policy })))
				r.settle()
				before := len(r.reasons("db"))
				tc.harm(r, r.container("db").ID)
				r.pass(500 * time.Millisecond)
				if diff := cmp.Diff(tc.want, r.reasons("db")[before:]); diff != "" {
					t.Errorf("events (-want +got):\n%s", diff)
				}
			})
		})
	}
}
