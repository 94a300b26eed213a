// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// checkerFunc is a function as a Checker.
type checkerFunc func(context.Context, *Check) Outcome

func (f checkerFunc) Check(ctx context.Context, c *Check) Outcome { return f(ctx, c) }

// probed runs a test with a Prober in a bubble.
func probed(t *testing.T, opts Options, check checkerFunc, test func(*testing.T, *Prober)) {
	synctest.Test(t, func(t *testing.T) {
		p := New(check, opts)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = p.Run(ctx) })
		test(t, p)
		cancel()
		running.Wait()
	})
}

func pass(d time.Duration) {
	time.Sleep(d) // virtual: this runs in a bubble
	synctest.Wait()
}

// startNow is a target that starts now, in the bubble's time.
func startNow(name string, p spec.Probes) plan.ProbeTarget {
	t := target(name, p)
	t.Container = &engine.Container{Status: engine.StatusRunning, StartedAt: time.Now()}
	t.Network = t.Container
	return t
}

func many(n int, p spec.Probes) []plan.ProbeTarget {
	var all []plan.ProbeTarget
	for i := range n {
		all = append(all, startNow(fmt.Sprintf("web-%d", i), p))
	}
	return all
}

// goroutines counts those that are or were started by a Prober's loop.
func goroutines() int {
	stacks := make([]byte, 1<<20)
	n := 0
	for stack := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
		if strings.Contains(stack, "probe.(*Prober).Run") {
			n++
		}
	}
	return n
}

func TestProber(t *testing.T) {
	every := func(d time.Duration) spec.Probes {
		return spec.Probes{Readiness: tcp(spec.Probe{Period: spec.Duration(d)})}
	}
	t.Run("tells_of_what_changed_and_of_nothing_else", func(t *testing.T) {
		var ok atomic.Bool
		probed(t, Options{}, func(context.Context, *Check) Outcome {
			if ok.Load() {
				return Outcome{Verdict: Success}
			}
			return Outcome{Failure, "no"}
		}, func(t *testing.T, p *Prober) {
			var told atomic.Int32
			p.Subscribe(func(spec.Key) { told.Add(1) })
			web := startNow("web", every(time.Second))
			p.Watch([]plan.ProbeTarget{web})
			pass(time.Minute)
			if n := told.Load(); n != 3 { // the three failures that count
				t.Errorf("told %d times, want 3", n)
			}
			ok.Store(true)
			pass(2 * time.Second)
			if got := p.Results()[web.ID].Readiness.State; got != plan.ProbePassed || told.Load() != 4 {
				t.Errorf("it %s, told %d times", got, told.Load())
			}
		})
	})
	t.Run("keeps_the_period_within_a_tenth", func(t *testing.T) {
		var runs atomic.Int32
		probed(t, Options{}, func(context.Context, *Check) Outcome {
			runs.Add(1)
			return Outcome{Verdict: Success}
		}, func(t *testing.T, p *Prober) {
			p.Watch([]plan.ProbeTarget{startNow("web", every(time.Second))})
			pass(100 * time.Second)
			if n := runs.Load(); n < 90 || n > 112 {
				t.Errorf("%d runs in 100s at one a second", n)
			}
		})
	})
	t.Run("falls_out_of_step", func(t *testing.T) {
		var mu sync.Mutex
		at := map[time.Time]int{}
		probed(t, Options{}, func(context.Context, *Check) Outcome {
			mu.Lock()
			defer mu.Unlock()
			at[time.Now()]++
			return Outcome{Verdict: Success}
		}, func(t *testing.T, p *Prober) {
			p.Watch(many(200, every(time.Second)))
			pass(10 * time.Second)
			mu.Lock()
			defer mu.Unlock()
			for when, n := range at {
				if n > 10 {
					t.Errorf("%d runs at %s", n, when)
				}
			}
		})
	})
	t.Run("runs_no_more_at_once_than_it_may", func(t *testing.T) {
		var now, most atomic.Int32
		probed(t, Options{Concurrency: 5}, func(context.Context, *Check) Outcome {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(time.Second) // virtual: this runs in a bubble
			now.Add(-1)
			return Outcome{Verdict: Success}
		}, func(t *testing.T, p *Prober) {
			p.Watch(many(50, every(time.Second)))
			pass(30 * time.Second)
			if n := most.Load(); n != 5 {
				t.Errorf("%d ran at once, want 5", n)
			}
			for id, r := range p.Results() { // and none is forgotten
				if r.Readiness.State != plan.ProbePassed {
					t.Errorf("%s is %q", id, r.Readiness.State)
				}
			}
			pass(time.Minute)
		})
	})
	t.Run("has_one_goroutine_at_rest", func(t *testing.T) {
		probed(t, Options{}, func(context.Context, *Check) Outcome { return Outcome{Verdict: Success} },
			func(t *testing.T, p *Prober) {
				p.Watch(many(200, every(time.Hour)))
				pass(time.Minute)
				if n := goroutines(); n != 1 {
					t.Errorf("%d goroutines with 200 probes at rest", n)
				}
			})
	})
	t.Run("ends_what_runs_when_it_is_ended", func(t *testing.T) {
		probed(t, Options{}, func(ctx context.Context, _ *Check) Outcome {
			<-ctx.Done()
			return Outcome{Failure, "cut short"}
		}, func(t *testing.T, p *Prober) {
			p.Subscribe(func(spec.Key) { t.Error("it is told") })
			p.Watch([]plan.ProbeTarget{startNow("web", every(time.Second))})
			pass(time.Minute)
		})
	})
}
