// SPDX-License-Identifier: Apache-2.0

package stats

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const (
	defaultInterval = 10 * time.Second
	// DefaultTimeout is the limit of one call. An engine whose own collector runs
	// answers at its next tick, and only once a second.
	DefaultTimeout = 5 * time.Second
	// parallel bounds the calls at once, each of which is a connection. Below it
	// all containers are asked together: an engine makes each caller wait for a
	// tick of its own.
	parallel = 256
	// settle is when a run that was never sampled is: sooner than its round.
	settle = time.Second
)

// Options adjust a Sampler. Zero values mean the defaults.
type Options struct {
	// Interval is the time between two rounds; zero means 10s.
	Interval time.Duration
	// OnRound is told of each round, from one goroutine; may be nil.
	OnRound func(Round)
	// Logger may be nil.
	Logger *slog.Logger
}

// Round is what one round came to.
type Round struct {
	// Samples are the last ones of all runs that go on, New those that were read
	// now; both are sorted by key.
	Samples, New []Sample
	// Read counts the runs that were read, Failed those that could not be.
	Read, Failed int
	// Took is how long the slowest call took.
	Took time.Duration
}

// Sampler samples what containers use. Its methods are safe for concurrent use.
type Sampler struct {
	reader engine.StatsReader
	opts   Options
	wake   chan struct{}

	mu     sync.Mutex
	runs   map[engine.ID]*run
	usages plan.Usages
	notify func(spec.Key)
}

// run is one run of a container.
type run struct {
	target plan.UsageTarget
	// tried says that it was read, last what that gave; nil when it never worked.
	tried bool
	last  *Sample
}

// New makes a Sampler; nothing is sampled before Run.
func New(reader engine.StatsReader, opts Options) *Sampler {
	opts.Interval = cmp.Or(opts.Interval, defaultInterval)
	if opts.OnRound == nil {
		opts.OnRound = func(Round) {}
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	return &Sampler{
		reader: reader, opts: opts, wake: make(chan struct{}, 1),
		runs: map[engine.ID]*run{}, usages: plan.Usages{}, notify: func(spec.Key) {},
	}
}

// Subscribe sets who is told of keys whose pressure changed; call it before Run.
// The function must not block.
func (s *Sampler) Subscribe(notify func(spec.Key)) { s.notify = notify }

// Watch sets what is sampled from now on. Of a run that goes on, what is known
// stays; that of any other is dropped, even if it is being read now.
func (s *Sampler) Watch(targets []plan.UsageTarget) {
	s.mu.Lock()
	defer s.mu.Unlock()
	runs := make(map[engine.ID]*run, len(targets))
	fresh := false
	for _, t := range targets {
		old := s.runs[t.ID]
		if old == nil || !old.target.StartedAt.Equal(t.StartedAt) {
			old = &run{}
			fresh = true
		}
		old.target = t
		runs[t.ID] = old
	}
	s.runs = runs
	if fresh {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

// Usages are what the samples have come to. Nobody changes them.
func (s *Sampler) Usages() plan.Usages {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.usages
}

// Samples are the last ones of all runs that go on, sorted by key.
func (s *Sampler) Samples() []Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.samples()
}

// samples is Samples. The lock is held.
func (s *Sampler) samples() []Sample {
	out := make([]Sample, 0, len(s.runs))
	for _, r := range s.runs {
		if r.last != nil {
			out = append(out, *r.last)
		}
	}
	slices.SortFunc(out, func(a, b Sample) int { return a.Key.Compare(b.Key) })
	return out
}

// Run samples until ctx ends, then returns nil once all its goroutines have
// ended. It is called once.
func (s *Sampler) Run(ctx context.Context) error {
	ticker := time.NewTicker(s.opts.Interval)
	defer ticker.Stop()
	soon := time.NewTimer(settle)
	defer soon.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
			soon.Reset(min(settle, s.opts.Interval))
		case <-soon.C:
			s.round(ctx, func(r *run) bool { return !r.tried })
		case <-ticker.C:
			s.round(ctx, func(*run) bool { return true })
		}
	}
}

// round samples the runs that are due and tells what that came to.
func (s *Sampler) round(ctx context.Context, due func(*run) bool) {
	targets := s.take(due)
	if len(targets) == 0 {
		return
	}
	began := time.Now()
	slots := make(chan struct{}, parallel)
	results := make([]result, len(targets))
	var calls sync.WaitGroup
	for i, t := range targets {
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			results[i] = s.read(ctx, t)
		})
	}
	calls.Wait()
	if ctx.Err() != nil {
		return // cut short: it says nothing
	}
	done, changed := s.finish(results)
	done.Took = time.Since(began)
	s.opts.OnRound(done)
	for _, k := range changed {
		s.notify(k)
	}
}

// take are the targets that are due.
func (s *Sampler) take(due func(*run) bool) []plan.UsageTarget {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []plan.UsageTarget
	for _, r := range s.runs {
		if due(r) {
			r.tried = true
			out = append(out, r.target)
		}
	}
	return out
}

type result struct {
	target plan.UsageTarget
	stats  engine.Stats
	err    error
}

func (s *Sampler) read(ctx context.Context, t plan.UsageTarget) result {
	ctx, cancel := context.WithTimeout(ctx, DefaultTimeout)
	defer cancel()
	stats, err := s.reader.Stats(ctx, t.ID)
	if err != nil && engine.CodeOf(err) != engine.NotRunning {
		s.opts.Logger.Debug("cannot sample a container", "key", t.Key.String(), "err", err)
	}
	return result{t, stats, err}
}

// finish takes in what was read, and is the keys whose pressure changed.
func (s *Sampler) finish(results []result) (Round, []spec.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	done := Round{}
	before, fresh := s.usages, map[engine.ID]bool{}
	for _, res := range results {
		r := s.runs[res.target.ID]
		switch {
		case r == nil || !r.target.StartedAt.Equal(res.target.StartedAt): // that run is over
		case engine.CodeOf(res.err) == engine.NotRunning: // it has ended, and its event is on the way
		case res.err != nil:
			done.Failed++
		default:
			done.Read++
			fresh[res.target.ID] = true
			r.last = new(next(r.target, res.stats, r.last))
		}
	}
	after := make(plan.Usages, len(s.runs))
	for id, r := range s.runs {
		if r.last != nil && r.last.Pressure != (plan.Pressure{}) {
			after[id] = plan.Usage{StartedAt: r.target.StartedAt, Pressure: r.last.Pressure}
		}
	}
	done.Samples = s.samples()
	for _, sample := range done.Samples {
		if fresh[sample.ID] {
			done.New = append(done.New, sample)
		}
	}
	if maps.Equal(before, after) {
		return done, nil
	}
	s.usages = after
	var changed []spec.Key
	for _, sample := range done.Samples {
		if before[sample.ID].Pressure != after[sample.ID].Pressure {
			changed = append(changed, sample.Key)
		}
	}
	return done, changed
}
