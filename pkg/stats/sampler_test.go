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

// rig is a Sampler with a fake engine, in a synctest bubble.
type rig struct {
	*stats.Sampler
	mu sync.Mutex
	// answer returns the usage of a container; takes is the latency of the engine.
	answer func(id string) (engine.Stats, error)
	takes  time.Duration
	calls  []string
	keys   []string
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

func (r *rig) advance(d time.Duration) {
	time.Sleep(d) // virtual: this runs in a bubble
	synctest.Wait()
}

// takeRecorded returns the calls, rounds and notified keys since the previous
// call.
func (r *rig) takeRecorded() (calls int, rounds []stats.Round, keys []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls, rounds, keys = len(r.calls), r.rounds, r.keys
	r.calls, r.rounds, r.keys = nil, nil, nil
	return calls, rounds, keys
}

// setAnswer changes the latency and the answers of the engine.
func (r *rig) setAnswer(takes time.Duration, answer func(id string) (engine.Stats, error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.takes, r.answer = takes, answer
}

// setUsage makes the engine report s for every container.
func (r *rig) setUsage(s engine.Stats) {
	r.setAnswer(r.takes, func(string) (engine.Stats, error) { s := s; s.Time = time.Now(); return s, nil })
}

// runSampler runs a test with a running Sampler in a synctest bubble.
func runSampler(t *testing.T, takes time.Duration, test func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{takes: takes}
		r.setUsage(engine.Stats{})
		r.Sampler = stats.New(r, stats.Options{OnRound: func(round stats.Round) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.rounds = append(r.rounds, round)
		}})
		r.Subscribe(func(k spec.Key) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.keys = append(r.keys, k.Name)
		})
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = r.Run(ctx) })
		defer running.Wait()
		defer cancel()
		test(t, r)
	})
}

// target returns a container that started now.
func target(name string) plan.UsageTarget {
	return plan.UsageTarget{
		Key:       spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: name},
		ID:        engine.ID{Kind: engine.KindContainer, Value: "id-" + name},
		StartedAt: time.Now(), Thresholds: plan.Thresholds{Memory: 90, Throttled: 25},
	}
}

func TestSamplesContainersConcurrently(t *testing.T) {
	runSampler(t, time.Second, func(t *testing.T, r *rig) {
		var all []plan.UsageTarget
		for i := range 50 {
			all = append(all, target(string(rune('A'+i))))
		}
		r.Watch(all)
		r.advance(2 * time.Second) // the delay of a first sample plus the latency
		if _, rounds, _ := r.takeRecorded(); len(rounds) != 1 || rounds[0].Read != 50 || len(rounds[0].New) != 50 || rounds[0].Took != time.Second {
			t.Errorf("%d rounds: %+v", len(rounds), rounds)
		}
		r.advance(9 * time.Second)
		if calls, rounds, _ := r.takeRecorded(); len(rounds) != 1 || calls != 50 {
			t.Errorf("%d rounds, %d calls", len(rounds), calls)
		}
		r.Watch(append(all, target("new")))
		r.advance(2 * time.Second)
		if _, rounds, _ := r.takeRecorded(); len(rounds) != 1 || len(rounds[0].New) != 1 || len(rounds[0].Samples) != 51 {
			t.Errorf("a new container caused samples of others: %+v", rounds)
		}
	})
}

func TestSampleOfTwoReadings(t *testing.T) {
	runSampler(t, 0, func(t *testing.T, r *rig) {
		r.Watch([]plan.UsageTarget{target("web")})
		r.setUsage(engine.Stats{CPUNanos: 5e8, CPUPeriods: 100, MemoryBytes: 30, MemoryLimit: 120})
		r.advance(time.Second)
		first := r.Samples()[0]
		r.setUsage(engine.Stats{CPUNanos: 5e8 + 18e9, CPUPeriods: 200, CPUThrottledPeriods: 10, MemoryBytes: 60, MemoryLimit: 120})
		r.advance(9 * time.Second)
		second := r.Samples()[0]
		r.setUsage(engine.Stats{CPUNanos: 1e9, MemoryBytes: 60})
		r.advance(10 * time.Second)
		third := r.Samples()[0]
		for name, tc := range map[string]struct{ got, want float64 }{
			"first CPU usage counts from the start":          {first.CPUPercent, 50},
			"memory is relative to the limit":                {first.MemoryPercent, 25},
			"second CPU usage counts from the first sample":  {second.CPUPercent, 200},
			"second throttling counts from the first sample": {second.ThrottledPercent, 10},
			"CPU usage after a reset counts from zero":       {third.CPUPercent, 10},
			"memory without a limit is zero percent of it":   {third.MemoryPercent, 0},
		} {
			if tc.got != tc.want {
				t.Errorf("%s: %v, want %v", name, tc.got, tc.want)
			}
		}
	})
}

func TestNotifiesOfPressureChangesOnly(t *testing.T) {
	runSampler(t, 0, func(t *testing.T, r *rig) {
		web := target("web")
		r.Watch([]plan.UsageTarget{web})
		step := func(memory uint64, pressure bool, want ...string) {
			t.Helper()
			r.setUsage(engine.Stats{MemoryBytes: memory, MemoryLimit: 100})
			r.advance(10 * time.Second)
			_, _, keys := r.takeRecorded()
			if got := r.Usages()[web.ID].Pressure.Memory; got != pressure || !slices.Equal(keys, want) {
				t.Errorf("at %d%%: pressure %v, notified %v; want %v, %v", memory, got, keys, pressure, want)
			}
		}
		step(89, false)
		step(90, true, "web")
		step(95, true)
		step(85, true) // stays until well below the threshold
		step(80, false, "web")
		step(85, false)
	})
}

func TestNewRunStartsOver(t *testing.T) {
	runSampler(t, 2*time.Second, func(t *testing.T, r *rig) {
		r.setUsage(engine.Stats{MemoryBytes: 99, MemoryLimit: 100})
		r.Watch([]plan.UsageTarget{target("web")})
		r.advance(1500 * time.Millisecond) // the first run is being read
		r.Watch([]plan.UsageTarget{target("web")})
		r.advance(2 * time.Second) // the answer has come
		if _, rounds, keys := r.takeRecorded(); len(rounds) != 1 || len(r.Samples()) > 0 || len(r.Usages()) > 0 || len(keys) > 0 {
			t.Errorf("%d rounds; the previous run counts: %v, %v, %v", len(rounds), r.Samples(), r.Usages(), keys)
		}
		r.advance(10 * time.Second)
		if _, _, keys := r.takeRecorded(); len(r.Samples()) != 1 || len(keys) != 1 {
			t.Errorf("the new run does not count: %v, %v", r.Samples(), keys)
		}
		r.Watch(nil)
		if len(r.Samples()) > 0 {
			t.Errorf("an unwatched run counts: %v", r.Samples())
		}
	})
}

func TestFailedCalls(t *testing.T) {
	runSampler(t, 0, func(t *testing.T, r *rig) {
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
		r.setAnswer(0, answer)
		r.advance(time.Second)
		_, rounds, _ := r.takeRecorded()
		got := rounds[0]
		if diff := cmp.Diff([]int{1, 1, 1, 7}, []int{got.Read, got.Failed, len(got.Samples), int(got.Samples[0].Stats.PIDs)}); diff != "" {
			t.Error(diff)
		}
		r.setAnswer(time.Hour, answer)
		r.advance(10 * time.Second)
		r.advance(stats.DefaultTimeout)
		if _, rounds, _ := r.takeRecorded(); len(rounds) != 1 || rounds[0].Failed != 3 {
			t.Errorf("rounds with an engine that does not answer: %+v", rounds)
		}
	})
}
