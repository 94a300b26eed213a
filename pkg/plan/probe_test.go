// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/simulation"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// TestHealth checks that the health of a container is the worst result of its
// checks, and that results of another run do not count.
func TestHealth(t *testing.T) {
	k := spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "web"}
	p := &spec.Probe{TCPSocket: &spec.TCPSocket{Port: 80}}
	sim := simulation.New(instance, noon, memory.Options{AnyImage: true})
	sim.Desired = spec.Set{Complete: true, Objects: spec.Imply(map[spec.Key]spec.Object{k: {
		Kind: spec.KindContainer, Metadata: spec.Metadata{Name: "web", Namespace: "default"}, Generation: 1,
		Container: &spec.Container{Image: "app:1", Probes: &spec.Probes{Startup: p, Readiness: p, Liveness: p}},
	}})}
	if _, err := sim.Run(t.Context(), 0, func(simulation.Entry) {}); err != nil {
		t.Fatal(err)
	}
	web, found := sim.World().Container(k)
	if !found || !web.Container.Running() {
		t.Fatalf("web: %+v", web)
	}
	passed := plan.ProbeResult{State: plan.ProbePassed}
	failed := plan.ProbeResult{State: plan.ProbeFailed, Failures: 7, Seen: "nothing"}
	started := web.Container.StartedAt
	for name, test := range map[string]struct {
		results plan.ProbeResults
		want    plan.Health
	}{
		"passed_is_healthy":                        {plan.ProbeResults{started, passed, passed, passed}, plan.Health{Status: engine.HealthHealthy}},
		"liveness_counts_as_passed_until_it_fails": {plan.ProbeResults{started, passed, passed, plan.ProbeResult{}}, plan.Health{Status: engine.HealthHealthy}},
		"readiness_has_not_passed_yet":             {plan.ProbeResults{started, passed, plan.ProbeResult{}, passed}, plan.Health{Status: engine.HealthStarting}},
		"a_failure_is_worse_than_waiting":          {plan.ProbeResults{started, plan.ProbeResult{}, failed, passed}, plan.Health{Status: engine.HealthUnhealthy, FailingStreak: 7, Log: "nothing"}},
		"success_in_another_run_does_not_count":    {plan.ProbeResults{started.Add(-1), passed, passed, passed}, plan.Health{Status: engine.HealthStarting}},
		"failure_in_another_run_does_not_count":    {plan.ProbeResults{started.Add(-1), passed, passed, failed}, plan.Health{Status: engine.HealthStarting}},
		"a_liveness_failure_comes_first":           {plan.ProbeResults{started, passed, plan.ProbeResult{State: plan.ProbeFailed, Seen: "other"}, failed}, plan.Health{Status: engine.HealthUnhealthy, FailingStreak: 7, Log: "nothing"}},
		"a_failure_while_starting_is_reported":     {plan.ProbeResults{started, plan.ProbeResult{Failures: 1, Seen: "nothing"}, passed, passed}, plan.Health{Status: engine.HealthStarting, FailingStreak: 1, Log: "nothing"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := sim.World()
			w.Probes = plan.Probes{web.ID: test.results}
			if diff := cmp.Diff(test.want, w.Health(k), cmpopts.IgnoreUnexported(plan.Health{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
