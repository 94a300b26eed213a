// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/probe"
	"github.com/pact-toolbox/reconciler/pkg/simulation"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// probing runs a test with a controller that runs probes.
func probing(t *testing.T, test func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		prober := probe.New(simulation.Checker{Engine: r.Engine}, probe.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { r.check(prober.Run(ctx)) })
		r.start(func(c *controller.Config) { c.Prober = prober })
		defer running.Wait()
		defer cancel()
		defer func() { r.stop() }()
		test(t, r)
	})
}

func everySecond(failures int) *spec.Probe {
	return &spec.Probe{
		HTTPGet: &spec.HTTPGet{Port: 8080, Path: "/healthz"},
		Period:  spec.Duration(time.Second), FailureThreshold: failures,
	}
}

func probedBy(obj spec.Object, p spec.Probes) spec.Object {
	return changed(obj, func(c *spec.Container) { c.Probes = &p })
}

func TestProbes(t *testing.T) {
	t.Run("a_dependent_waits_for_readiness", func(t *testing.T) {
		probing(t, func(t *testing.T, r *rig) {
			r.Publish("app:1", memory.ImageBehaviour{AnswersAfter: 20 * time.Second})
			r.controller.SetDesired(set(probedBy(web("db"), spec.Probes{Readiness: everySecond(3)}), web("app", "db")))
			r.pass(15 * time.Second)
			r.wantCondition(r.report("db"), condition.Healthy, "False", condition.ReasonProbeFailed)
			r.wantCondition(r.report("app"), condition.Ready, "False", condition.ReasonDependencyNotReady)
			if cause := r.report("app").Status.RootCause; cause == nil || cause.Object != "Container/default/db" || cause.Reason != condition.ReasonProbeFailed {
				t.Errorf("its cause is %+v", cause)
			}
			health := r.report("db").Status.Health
			if health == nil || health.Status != "unhealthy" || health.FailingStreak < 3 || health.Log != "no answer" {
				t.Errorf("its health is %+v", health)
			}
			r.settle()
			r.wantReady("db", "app")
			if got := r.actions(); slices.Contains(got, "stop db") {
				t.Errorf("readiness restarts it: %v", got)
			}
		})
	})
	t.Run("a_dependent_is_not_restarted_when_readiness_is_lost", func(t *testing.T) {
		probing(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(probedBy(web("db"), spec.Probes{Readiness: everySecond(2)}), web("app", "db")))
			r.settle()
			r.wantReady("db", "app")
			r.actions()
			r.SetAnswers(r.container("db").ID, "readiness", false)
			r.pass(5 * time.Second)
			r.wantCondition(r.report("db"), condition.Ready, "False", condition.ReasonProbeFailed)
			r.wantCondition(r.report("app"), condition.DependenciesReady, "False", condition.ReasonDependencyNotReady)
			r.wantReady("app")
			r.SetAnswers(r.container("db").ID, "readiness", true)
			r.pass(5 * time.Second)
			r.wantReady("db", "app")
			r.wantCondition(r.report("app"), condition.DependenciesReady, "True", condition.ReasonDependenciesReady)
			if got := r.actions(); len(got) > 0 {
				t.Errorf("it acts: %v", got)
			}
		})
	})
	t.Run("a_failed_liveness_probe_restarts_with_backoff", func(t *testing.T) {
		probing(t, func(t *testing.T, r *rig) {
			live := everySecond(2)
			live.InitialDelay = spec.Duration(2 * time.Second)
			r.controller.SetDesired(set(probedBy(web("db"), spec.Probes{Liveness: live})))
			r.settle()
			r.actions()
			for want := range 3 {
				if got := r.report("db").Status.Restarts; got != want {
					t.Errorf("%d restarts, want %d", got, want)
				}
				r.SetAnswers(r.container("db").ID, "liveness", false)
				r.pass(6 * time.Second)
			}
			if got := r.actions(); len(got) != 6 || got[0] != "stop db" || got[1] != "start db" {
				t.Errorf("it does %v", got)
			}
			r.settle()
			r.wantReady("db")
		})
	})
	t.Run("a_startup_probe_that_uses_up_its_failures_is_a_start_timeout", func(t *testing.T) {
		probing(t, func(t *testing.T, r *rig) {
			r.Publish("app:1", memory.ImageBehaviour{Silent: true})
			hopeless := probedBy(web("db"), spec.Probes{Startup: everySecond(3), Liveness: everySecond(1)})
			hopeless.Container.RestartPolicy.Name = spec.RestartNo
			r.controller.SetDesired(set(hopeless))
			r.pass(10 * time.Second)
			report := r.report("db")
			r.wantCondition(report, condition.Ready, "False", condition.ReasonStartTimeout)
			want := "the startup probe httpGet :8080/healthz failed 3 of 3 times: no answer"
			if c := condition.Find(report.Status.Conditions, condition.Healthy); !strings.Contains(c.Message, want) {
				t.Errorf("the message is %q, want %q", c.Message, want)
			}
		})
	})
	t.Run("the_results_of_an_earlier_run_do_not_count", func(t *testing.T) {
		probing(t, func(t *testing.T, r *rig) {
			r.Publish("app:1", memory.ImageBehaviour{AnswersAfter: 5 * time.Second})
			r.controller.SetDesired(set(probedBy(web("db"), spec.Probes{Readiness: everySecond(100)})))
			r.settle()
			r.wantReady("db")
			r.Kill(r.container("db").ID, 1)
			r.pass(3 * time.Second)
			r.wantCondition(r.report("db"), condition.Ready, "False", condition.ReasonHealthStarting)
			r.settle()
			r.wantReady("db")
		})
	})
	t.Run("a_changed_probe_counts_without_a_replacement", func(t *testing.T) {
		probing(t, func(t *testing.T, r *rig) {
			db := probedBy(web("db"), spec.Probes{Readiness: everySecond(1)})
			r.controller.SetDesired(set(db))
			r.settle()
			id := r.container("db").ID
			r.SetAnswers(id, "liveness", false)
			r.SetAnswers(id, "readiness", false)
			other := probedBy(db, spec.Probes{Readiness: everySecond(10)})
			other.Container.OnUnhealthy = spec.UnhealthyIgnore
			r.controller.SetDesired(set(other))
			r.pass(3 * time.Second)
			r.wantCondition(r.report("db"), condition.Ready, "False", condition.ReasonHealthStarting)
			r.controller.SetDesired(set(probedBy(other, spec.Probes{Liveness: everySecond(1)})))
			r.pass(3 * time.Second)
			r.wantCondition(r.report("db"), condition.Ready, "False", condition.ReasonProbeFailed)
			if r.container("db").ID != id {
				t.Error("it was replaced")
			}
		})
	})
}
