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

// checkerFunc adapts a function to a Checker.
type checkerFunc func(context.Context, *Check) Outcome

func (f checkerFunc) Check(ctx context.Context, c *Check) Outcome { return f(ctx, c) }

// runProber runs a test with a running Prober in a synctest bubble.
func runProber(t *testing.T, opts Options, check checkerFunc, test func(*testing.T, *Prober)) {
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

func advance(d time.Duration) {
	time.Sleep(d) // virtual: this runs in a bubble
	synctest.Wait()
}

// startedNow returns a target that started now, in the time of the bubble.
func startedNow(name string, p spec.Probes) plan.ProbeTarget {
	t := target(name, p)
	t.Container = &engine.Container{Status: engine.StatusRunning, StartedAt: time.Now()}
	t.Network = t.Container
	return t
}

func many(n int, p spec.Probes) []plan.ProbeTarget {
	var all []plan.ProbeTarget
	for i := range n {
		all = append(all, startedNow(fmt.Sprintf("web-%d", i), p))
	}
	return all
}

// goroutines returns the number of goroutines of a Prober's loop, including those
// that the loop started.
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
	t.Run("notifies_only_of_changed_results", func(t *testing.T) {
		var ok atomic.Bool
		runProber(t, Options{}, func(context.Context, *Check) Outcome {
			if ok.Load() {
				return Outcome{Verdict: Success}
			}
			return Outcome{Failure, "no"}
		}, func(t *testing.T, p *Prober) {
			var notified atomic.Int32
			p.Subscribe(func(spec.Key) { notified.Add(1) })
			web := startedNow("web", every(time.Second))
			p.Watch([]plan.ProbeTarget{web})
			advance(time.Minute)
			if n := notified.Load(); n != 3 { // the failures up to the threshold
				t.Errorf("notified %d times, want 3", n)
			}
			ok.Store(true)
			advance(2 * time.Second)
			if got := p.Results()[web.ID].Readiness.State; got != plan.ProbePassed || notified.Load() != 4 {
				t.Errorf("state %q, notified %d times", got, notified.Load())
			}
		})
	})
	t.Run("jitter_is_at_most_a_tenth_of_the_period", func(t *testing.T) {
		var runs atomic.Int32
		runProber(t, Options{}, func(context.Context, *Check) Outcome {
			runs.Add(1)
			return Outcome{Verdict: Success}
		}, func(t *testing.T, p *Prober) {
			p.Watch([]plan.ProbeTarget{startedNow("web", every(time.Second))})
			advance(100 * time.Second)
			if n := runs.Load(); n < 90 || n > 112 {
				t.Errorf("%d runs in 100s with a period of 1s", n)
			}
		})
	})
	t.Run("distributes_runs_with_equal_periods", func(t *testing.T) {
		var mu sync.Mutex
		at := map[time.Time]int{}
		runProber(t, Options{}, func(context.Context, *Check) Outcome {
			mu.Lock()
			defer mu.Unlock()
			at[time.Now()]++
			return Outcome{Verdict: Success}
		}, func(t *testing.T, p *Prober) {
			p.Watch(many(200, every(time.Second)))
			advance(10 * time.Second)
			mu.Lock()
			defer mu.Unlock()
			for when, n := range at {
				if n > 10 {
					t.Errorf("%d runs at %s", n, when)
				}
			}
		})
	})
	t.Run("limits_concurrency", func(t *testing.T) {
		var now, most atomic.Int32
		runProber(t, Options{Concurrency: 5}, func(context.Context, *Check) Outcome {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(time.Second) // virtual: this runs in a bubble
			now.Add(-1)
			return Outcome{Verdict: Success}
		}, func(t *testing.T, p *Prober) {
			p.Watch(many(50, every(time.Second)))
			advance(30 * time.Second)
			if n := most.Load(); n != 5 {
				t.Errorf("%d ran at once, want 5", n)
			}
			for id, r := range p.Results() { // every probe ran
				if r.Readiness.State != plan.ProbePassed {
					t.Errorf("%s is %q", id, r.Readiness.State)
				}
			}
			advance(time.Minute)
		})
	})
	t.Run("uses_one_goroutine_at_rest", func(t *testing.T) {
		runProber(t, Options{}, func(context.Context, *Check) Outcome { return Outcome{Verdict: Success} },
			func(t *testing.T, p *Prober) {
				p.Watch(many(200, every(time.Hour)))
				advance(time.Minute)
				if n := goroutines(); n != 1 {
					t.Errorf("%d goroutines with 200 idle probes", n)
				}
			})
	})
	t.Run("interrupts_running_checks_at_the_end", func(t *testing.T) {
		runProber(t, Options{}, func(ctx context.Context, _ *Check) Outcome {
			<-ctx.Done()
			return Outcome{Failure, "interrupted"}
		}, func(t *testing.T, p *Prober) {
			p.Subscribe(func(spec.Key) { t.Error("notified of an interrupted check") })
			p.Watch([]plan.ProbeTarget{startedNow("web", every(time.Second))})
			advance(time.Minute)
		})
	})
}
