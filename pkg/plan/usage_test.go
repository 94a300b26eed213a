// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestNextPressure(t *testing.T) {
	both := plan.Thresholds{Memory: 90, Throttled: 50}
	for name, tc := range map[string]struct {
		thresholds        plan.Thresholds
		before            plan.Pressure
		memory, throttled float64
		want              plan.Pressure
	}{
		"no pressure below the threshold":            {both, plan.Pressure{}, 89.9, 49.9, plan.Pressure{}},
		"pressure at the threshold":                  {both, plan.Pressure{}, 90, 50, plan.Pressure{Memory: true, CPU: true}},
		"pressure remains close below the threshold": {both, plan.Pressure{Memory: true, CPU: true}, 81, 45, plan.Pressure{Memory: true, CPU: true}},
		"pressure ends well below the threshold":     {both, plan.Pressure{Memory: true, CPU: true}, 80.9, 44.9, plan.Pressure{}},
		"each resource has its own threshold":        {both, plan.Pressure{}, 10, 60, plan.Pressure{CPU: true}},
		"no pressure without a threshold":            {plan.Thresholds{}, plan.Pressure{}, 100, 100, plan.Pressure{}},
		"earlier pressure ends without a threshold":  {plan.Thresholds{}, plan.Pressure{Memory: true}, 100, 100, plan.Pressure{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.thresholds.NextPressure(tc.before, tc.memory, tc.throttled); got != tc.want {
				t.Errorf("%+v, want %+v", got, tc.want)
			}
		})
	}
}

func TestPressureConditions(t *testing.T) {
	started := time.Unix(1000, 0)
	id := engine.ID{Kind: engine.KindContainer, Value: "1"}
	pressed := plan.Usages{id: {StartedAt: started, Pressure: plan.Pressure{Memory: true, CPU: true}}}
	obj := spec.Object{
		Kind: spec.KindContainer, Metadata: spec.Metadata{
			Name: "web", Namespace: "default", Annotations: map[string]string{spec.AnnotationMemoryPressure: "70"},
		},
		Container: &spec.Container{Image: "web:1", Resources: spec.Resources{Limits: spec.Limits{Memory: 64 << 20}}},
	}
	in := plan.Input{
		Settings: plan.Settings{Instance: "i", Thresholds: plan.Thresholds{Memory: 90, Throttled: 25}},
		Desired:  spec.Set{Complete: true, Objects: map[spec.Key]spec.Object{obj.Key(): obj}}, Now: started.Add(time.Hour),
	}
	state := engine.Container{Status: engine.StatusRunning, StartedAt: started}
	in.Observed.Objects = map[engine.ID]engine.Object{
		id: {ID: id, Name: obj.EngineName(), Labels: owner.Stamp("i", "uid", obj), Container: &state},
	}
	messages := func(u plan.Usages) [2]string {
		in.Usages = u
		w := plan.NewWorld(in)
		set := plan.Conditions(w, plan.Decide(w, obj.Key()), nil)
		var out [2]string
		for i, c := range []condition.Type{condition.MemoryPressure, condition.CPUThrottled} {
			if found := condition.Find(set, c); found != nil {
				out[i] = string(found.Status) + " " + found.Message
			}
		}
		return out
	}
	want := [2]string{
		"True uses at least 70% of its memory limit of 64Mi",
		"True throttled by its CPU limit in at least 25% of the periods",
	}
	if got := messages(pressed); got != want {
		t.Errorf("%q", got)
	}
	if got := messages(plan.Usages{id: {StartedAt: started.Add(-time.Second), Pressure: plan.Pressure{Memory: true}}}); got != [2]string{} {
		t.Errorf("the usage of an earlier run counts: %q", got)
	}
	if targets := plan.NewWorld(in).UsageTargets(); len(targets) != 1 || targets[0].Thresholds != (plan.Thresholds{Memory: 70, Throttled: 25}) {
		t.Errorf("targets: %+v", targets)
	}
	state.Status = engine.StatusExited
	if got, targets := messages(pressed), plan.NewWorld(in).UsageTargets(); got != [2]string{} || len(targets) > 0 {
		t.Errorf("a container that ended is under pressure: %q, %v", got, targets)
	}
}
