// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestHolds(t *testing.T) {
	unlessStopped := changed(web("app"), func(c *spec.Container) { c.RestartPolicy.Name = spec.RestartUnlessStopped })
	t.Run("a_requested_stop_outlives_the_controller", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "sub", "holds.json")
		controlled(t, func(t *testing.T, r *rig) {
			again := func() {
				r.stop()
				r.start(func(c *controller.Config) { c.HoldsFile = file })
				r.controller.SetDesired(set(web("app")))
				r.settle()
			}
			again()
			r.ask("app", plan.CommandStop)
			r.wantStopped("app")
			again()
			r.wantStopped("app")
			r.ask("app", plan.CommandStart)
			r.wantReady("app")
			again()
			r.wantReady("app")
			if data, err := os.ReadFile(file); err != nil || string(data) != "{}" {
				t.Errorf("the file holds %s (%v)", data, err)
			}
		})
	})
	t.Run("a_file_that_is_lost_or_broken_holds_nothing", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "holds.json")
		if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		controlled(t, func(_ *testing.T, r *rig) {
			r.stop()
			r.start(func(c *controller.Config) { c.HoldsFile = file })
			r.controller.SetDesired(set(web("app")))
			r.settle()
			r.wantReady("app")
		})
	})
	t.Run("a_stop_by_a_user_is_not_an_alarm", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(unlessStopped))
			r.settle()
			r.ask("app", plan.CommandStop)
			r.wantStopped("app")
			r.ask("app", plan.CommandStart)
			r.UserStop(r.container("app").ID)
			r.pass(time.Minute)
			r.wantStopped("app")
			for _, alarm := range []string{"Exited", "Stalled", "BackOff"} {
				if got := r.messages("app", alarm); len(got) > 0 {
					t.Errorf("reported as %s: %q", alarm, got)
				}
			}
			if !slices.Contains(r.reasons("app"), "Stopped") {
				t.Errorf("no event Stopped among %v", r.reasons("app"))
			}
		})
	})
	t.Run("a_command_is_published_at_once", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(unlessStopped))
			r.settle()
			r.ask("app", plan.CommandStop)
			r.wantStopped("app")
			for _, cmd := range []plan.Command{plan.CommandStart, plan.CommandSuspend} {
				if err := r.controller.Submit(key("app"), cmd); err != nil {
					t.Fatal(err)
				}
				stalled := condition.IsTrue(r.report("app").Status.Conditions, condition.Stalled)
				if suspended := condition.IsTrue(r.report("app").Status.Conditions, condition.Suspended); stalled || suspended != (cmd == plan.CommandSuspend) {
					t.Errorf("after %s: stalled %v, suspended %v", cmd, stalled, suspended)
				}
			}
		})
	})
	t.Run("a_stop_at_the_engine_is_distinguished_from_a_crash", func(t *testing.T) {
		controlled(t, func(_ *testing.T, r *rig) {
			r.controller.SetDesired(set(unlessStopped))
			r.settle()
			r.pass(time.Minute)
			r.Kill(r.container("app").ID, 0)
			r.pass(time.Minute)
			r.wantReady("app")
			r.UserStop(r.container("app").ID)
			r.pass(time.Minute)
			r.wantStopped("app")
		})
	})
	t.Run("an_outage_of_the_engine_is_not_a_stop_by_a_user", func(t *testing.T) {
		controlled(t, func(_ *testing.T, r *rig) {
			r.controller.SetDesired(set(unlessStopped))
			r.settle()
			r.pass(time.Minute)
			r.Restart()
			r.pass(time.Minute)
			r.wantReady("app")
		})
	})
	t.Run("a_job_that_ends_with_an_outage_is_run_again", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(changed(web("app"), func(c *spec.Container) { c.RestartPolicy.Name = spec.RestartNo })))
			r.settle()
			r.pass(time.Minute)
			r.Restart()
			r.pass(time.Minute)
			if got := r.container("app").Container.Status; got != engine.StatusRunning {
				t.Errorf("the job is %s", got)
			}
		})
	})
	t.Run("a_suspended_container_without_a_manifest_stays_until_it_is_resumed", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(unlessStopped))
			r.settle()
			r.ask("app", plan.CommandSuspend)
			was := r.container("app").ID
			r.controller.SetDesired(set())
			r.pass(time.Minute)
			r.wantCondition(r.report("app"), condition.Ready, "False", condition.ReasonSuspended)
			if got := r.container("app"); got.ID != was || !got.Container.Running() {
				t.Fatalf("the suspended container is %+v", got)
			}
			if err := r.controller.Submit(key("app"), plan.CommandStart); !errors.Is(err, controller.ErrNotDesired) {
				t.Errorf("start: got %v", err)
			}
			r.ask("app", plan.CommandResume)
			r.pass(time.Minute)
			if left := r.Snapshot().Sorted(); len(left) != 0 {
				t.Errorf("left after resume: %+v", left)
			}
		})
	})
	t.Run("a_command_for_an_undeclared_object_is_rejected", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			if err := r.controller.Submit(key("app"), plan.CommandStop); !errors.Is(err, controller.ErrNotDesired) {
				t.Errorf("got %v", err)
			}
		})
	})
}

// ask submits a command and waits until it is carried out.
func (r *rig) ask(name string, cmd plan.Command) {
	r.t.Helper()
	r.pass(time.Second)
	if err := r.controller.Submit(key(name), cmd); err != nil {
		r.t.Fatal(err)
	}
	r.pass(time.Second)
}

func (r *rig) wantStopped(name string) {
	r.t.Helper()
	r.wantCondition(r.report(name), condition.Ready, "False", condition.ReasonStoppedByUser)
	if c := r.container(name).Container; c == nil || c.Status != engine.StatusExited {
		r.t.Errorf("%s is %+v", name, c)
	}
}
