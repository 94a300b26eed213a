// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/stats"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// passes records the number of reconciliations by kind, and the times.
type passes struct {
	bytes atomic.Int64
	mu    sync.Mutex
	kinds map[spec.Kind]int
	timed []string
}

func (p *passes) Reconciled(kind spec.Kind, _ string, _ time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kinds[kind]++
}

func (p *passes) Acted(plan.Verb, engine.Code, time.Duration) {}

func (p *passes) BecameReady(kind spec.Kind, took time.Duration) {
	p.note(fmt.Sprintf("%s ready after %s", kind, took))
}

func (p *passes) Fetched(bytes int64)         { p.bytes.Add(bytes) }
func (p *passes) CameBack(took time.Duration) { p.note(fmt.Sprintf("back after %s", took)) }

func (p *passes) note(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timed = append(p.timed, what)
}

// times returns the times since the last call.
func (p *passes) times() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.timed
	p.timed = nil
	return out
}

// taken returns how often containers were reconciled since the last call.
func (p *passes) taken() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.kinds[spec.KindContainer]
	clear(p.kinds)
	return n
}

func TestSamplesRequeueNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		counts := &passes{kinds: map[spec.Kind]int{}}
		sampler := stats.New(r.Engine, stats.Options{})
		r.start(func(c *controller.Config) {
			c.Sampler, c.Metrics, c.Thresholds = sampler, counts, plan.Thresholds{Memory: 90}
		})
		defer func() { r.stop() }()
		ctx, cancel := context.WithCancel(t.Context())
		var sampling sync.WaitGroup
		sampling.Go(func() { r.check(sampler.Run(ctx)) })
		defer sampling.Wait()
		defer cancel()

		r.controller.SetDesired(set(web("db"), web("web", "db")))
		r.settle()
		id := engine.ID{Kind: engine.KindContainer, Value: r.report("db").Status.ContainerID}
		use := func(percent uint64) { r.SetStats(id, engine.Stats{MemoryBytes: percent, MemoryLimit: 100}) }
		use(10)
		r.pass(time.Minute) // the resync is over
		counts.taken()
		step := func(what string, percent uint64, want int) {
			t.Helper()
			use(percent)
			r.pass(10 * time.Second)
			if got := counts.taken(); got != want {
				t.Errorf("%s: %d passes, want %d", what, got, want)
			}
		}
		step("another figure is no news", 50, 0)
		step("pressure is, for the container alone", 95, 1)
		r.wantCondition(r.report("db"), condition.MemoryPressure, "True", condition.ReasonMemoryNearLimit)
		step("more of it is not", 99, 0)
		if !slices.ContainsFunc(r.events, func(e status.Event) bool { return e.Reason == "MemoryPressure" && e.Key.Name == "db" }) {
			t.Error("there is no event")
		}
		r.Kill(id, 137)
		r.settle()
		if c := condition.Find(r.report("db").Status.Conditions, condition.MemoryPressure); c != nil {
			t.Errorf("the next run has the pressure of the last one: %v", c)
		}
	})
}
