// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/simulation"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

var sizes = []int{10, 100, 1000}

// settledInput returns the input of a settled world of n containers in chains of
// eight, so that each depends on a few objects whatever n is.
func settledInput(tb testing.TB, n int) plan.Input {
	tb.Helper()
	objects := map[spec.Key]spec.Object{}
	for i := range n {
		o := spec.Object{
			Kind:      spec.KindContainer,
			Metadata:  spec.Metadata{Name: fmt.Sprintf("app-%d-%d", i/8, i%8), Namespace: "default"},
			Container: &spec.Container{Image: "app:1", PullPolicy: spec.PullMissing, Env: map[string]spec.EnvValue{"A": spec.EnvText("1"), "B": spec.EnvText("2")}},
			Source:    spec.Position{File: "stack.yaml", Line: 1, Column: 1}, Generation: 1,
		}
		if i%8 > 0 {
			o.Container.Dependencies = []spec.Dependency{{Name: fmt.Sprintf("app-%d-%d", i/8, i%8-1)}}
		}
		objects[o.Key()] = o
	}
	sim := simulation.New(instance, noon, memory.Options{AnyImage: true})
	sim.Desired = spec.Set{Objects: spec.Imply(objects), Complete: true}
	ready, err := sim.Run(context.Background(), time.Minute, func(simulation.Entry) {})
	if err != nil || !ready {
		tb.Fatalf("the world did not settle: %v", err)
	}
	return sim.World().Input
}

// BenchmarkDecide measures one decision. Its cost must not grow with the number of
// objects.
func BenchmarkDecide(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := plan.NewWorld(settledInput(b, n))
			k := spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "app-0-5"}
			for b.Loop() {
				plan.Decide(w, k)
			}
		})
	}
}

// BenchmarkCompute measures a decision for each object.
func BenchmarkCompute(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := plan.NewWorld(settledInput(b, n))
			for b.Loop() {
				plan.Compute(w)
			}
		})
	}
}

// BenchmarkNewWorld measures the indexes of a world.
func BenchmarkNewWorld(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			in := settledInput(b, n)
			for b.Loop() {
				plan.NewWorld(in)
			}
		})
	}
}

// TestDecideCost checks that a decision allocates as often in a world of hundreds
// of objects as in a world of ten.
func TestDecideCost(t *testing.T) {
	k := spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "app-0-5"}
	cost := func(n int) float64 {
		w := plan.NewWorld(settledInput(t, n))
		return testing.AllocsPerRun(10, func() { plan.Decide(w, k) })
	}
	// A cost that grows with the world grows by hundreds. The garbage collector adds
	// a few allocations when it empties pools.
	if few, many := cost(10), cost(300); many > few+10 {
		t.Errorf("a decision allocates %v times among 10 objects and %v times among 300", few, many)
	}
}
