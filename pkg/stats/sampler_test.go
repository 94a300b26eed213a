// SPDX-License-Identifier: Apache-2.0

package stats_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/stats"
)

// rig is a sampler over a made-up engine, in a synctest bubble.
type rig struct {
	*stats.Sampler
	mu sync.Mutex
	// answer is what a container uses; takes is how long the engine takes.
	answer func(id string) (engine.Stats, error)
	takes  time.Duration
	calls  []string
	told   []string
	rounds []stats.Round
}

func (r *rig) Stats(ctx context.Context, id engine.ID) (engine.Stats, error) {
	r.mu.Lock()
	r.calls = append(r.calls, id.Value)
	answer, takes := r.answer, r.takes
	r.mu.Unlock()
	s, err := answer(id.Value)
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		return engine.Stats{}, engine.Errorf("stats", engine.Timeout, "%w", ctx.Err())
	}
	return s, err
}

func (r *rig) pass(d time.Duration) {
	time.Sleep(d) // virtual: this runs in a bubble
	synctest.Wait()
}

// seen is what happened since the last time it was asked for.
func (r *rig) seen() (calls int, rounds []stats.Round, told []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls, rounds, told = len(r.calls), r.rounds, r.told
	r.calls, r.rounds, r.told = nil, nil, nil
	return calls, rounds, told
}

// set changes how the engine answers.
func (r *rig) set(takes time.Duration, answer func(id string) (engine.Stats, error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.takes, r.answer = takes, answer
}

func (r *rig) use(s engine.Stats) {
	r.set(r.takes, func(string) (engine.Stats, error) { s := s; s.Time = time.Now(); return s, nil })
}

func sampled(t *testing.T, takes time.Duration, test func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{takes: takes}
		r.use(engine.Stats{})
		r.Sampler = stats.New(r, stats.Options{OnRound: func(round stats.Round) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.rounds = append(r.rounds, round)
		}})
		r.Subscribe(func(k spec.Key) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.told = append(r.told, k.Name)
		})
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = r.Run(ctx) })
		defer running.Wait()
		defer cancel()
		test(t, r)
	})
}

// target is a container that started now.
func target(name string) plan.UsageTarget {
	return plan.UsageTarget{
		Key:       spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: name},
		ID:        engine.ID{Kind: engine.KindContainer, Value: "id-" + name},
		StartedAt: time.Now(), Thresholds: plan.Thresholds{Memory: 90, Throttled: 25},
	}
}

func TestSamplesAllAtOnce(t *testing.T) {
	sampled(t, time.Second, func(t *testing.T, r *rig) {
		var all []plan.UsageTarget
		for i := range 50 {
			all = append(all, target(string(rune('A'+i))))
		}
		r.Watch(all)
		r.pass(2 * time.Second) // a new one is sampled after a second, which takes another
		if _, rounds, _ := r.seen(); len(rounds) != 1 || rounds[0].Read != 50 || len(rounds[0].New) != 50 || rounds[0].Took != time.Second {
			t.Errorf("%d rounds: %+v", len(rounds), rounds)
		}
		r.pass(9 * time.Second)
		if calls, rounds, _ := r.seen(); len(rounds) != 1 || calls != 50 {
			t.Errorf("%d rounds, %d calls", len(rounds), calls)
		}
		r.Watch(append(all, target("new")))
		r.pass(2 * time.Second)
		if _, rounds, _ := r.seen(); len(rounds) != 1 || len(rounds[0].New) != 1 || len(rounds[0].Samples) != 51 {
			t.Errorf("a new one has others sampled with it: %+v", rounds)
		}
	})
}

func TestSampleOfTwoReadings(t *testing.T) {
	sampled(t, 0, func(t *testing.T, r *rig) {
		r.Watch([]plan.UsageTarget{target("web")})
		r.use(engine.Stats{CPUNanos: 5e8, CPUPeriods: 100, MemoryBytes: 30, MemoryLimit: 120})
		r.pass(time.Second)
		first := r.Samples()[0]
		r.use(engine.Stats{CPUNanos: 5e8 + 18e9, CPUPeriods: 200, CPUThrottledPeriods: 10, MemoryBytes: 60, MemoryLimit: 120})
		r.pass(9 * time.Second)
		second := r.Samples()[0]
		r.use(engine.Stats{CPUNanos: 1e9, MemoryBytes: 60})
		r.pass(10 * time.Second)
		third := r.Samples()[0]
		for name, tc := range map[string]struct{ got, want float64 }{
			"the first tells of the time since the start": {first.CPUPercent, 50},
			"memory is a share of the limit":              {first.MemoryPercent, 25},
			"the second of the time since the first":      {second.CPUPercent, 200},
			"throttling too":                              {second.ThrottledPercent, 10},
			"counters that fell began anew":               {third.CPUPercent, 10},
			"without a limit there is no share":           {third.MemoryPercent, 0},
		} {
			if tc.got != tc.want {
				t.Errorf("%s: %v, want %v", name, tc.got, tc.want)
			}
		}
	})
}

func TestTellsOfPressureOnly(t *testing.T) {
	sampled(t, 0, func(t *testing.T, r *rig) {
		web := target("web")
		r.Watch([]plan.UsageTarget{web})
		step := func(memory uint64, pressure bool, told ...string) {
			t.Helper()
			r.use(engine.Stats{MemoryBytes: memory, MemoryLimit: 100})
			r.pass(10 * time.Second)
			_, _, heard := r.seen()
			if got := r.Usages()[web.ID].Pressure.Memory; got != pressure || !slices.Equal(heard, told) {
				t.Errorf("at %d%%: pressure %v, told %v; want %v, %v", memory, got, heard, pressure, told)
			}
		}
		step(89, false)
		step(90, true, "web")
		step(95, true)
		step(85, true) // near the threshold it stays
		step(80, false, "web")
		step(85, false)
	})
}

func TestAnotherRunIsAnother(t *testing.T) {
	sampled(t, 2*time.Second, func(t *testing.T, r *rig) {
		r.use(engine.Stats{MemoryBytes: 99, MemoryLimit: 100})
		r.Watch([]plan.UsageTarget{target("web")})
		r.pass(1500 * time.Millisecond) // it is being read
		r.Watch([]plan.UsageTarget{target("web")})
		r.pass(2 * time.Second) // the answer has come
		if _, rounds, told := r.seen(); len(rounds) != 1 || len(r.Samples()) > 0 || len(r.Usages()) > 0 || len(told) > 0 {
			t.Errorf("%d rounds; an old run counts: %v, %v, %v", len(rounds), r.Samples(), r.Usages(), told)
		}
		r.pass(10 * time.Second)
		if _, _, told := r.seen(); len(r.Samples()) != 1 || len(told) != 1 {
			t.Errorf("the new run does not: %v, %v", r.Samples(), told)
		}
		r.Watch(nil)
		if len(r.Samples()) > 0 {
			t.Errorf("one that is gone does: %v", r.Samples())
		}
	})
}

func TestAnEngineThatDoesNotAnswer(t *testing.T) {
	sampled(t, 0, func(t *testing.T, r *rig) {
		r.Watch([]plan.UsageTarget{target("ended"), target("stuck"), target("web")})
		answer := func(id string) (engine.Stats, error) {
			switch id {
			case "id-stuck":
				return engine.Stats{}, errors.New("no")
			case "id-ended":
				return engine.Stats{}, engine.Errorf("stats", engine.NotRunning, "no")
			}
			return engine.Stats{PIDs: 7}, nil
		}
		r.set(0, answer)
		r.pass(time.Second)
		_, rounds, _ := r.seen()
		got := rounds[0]
		if diff := cmp.Diff([]int{1, 1, 1, 7}, []int{got.Read, got.Failed, len(got.Samples), int(got.Samples[0].Stats.PIDs)}); diff != "" {
			t.Error(diff)
		}
		r.set(time.Hour, answer)
		r.pass(10 * time.Second)
		r.pass(stats.DefaultTimeout)
		if _, rounds, _ := r.seen(); len(rounds) != 1 || rounds[0].Failed != 3 {
			t.Errorf("it holds a round up: %+v", rounds)
		}
	})
}
