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
	// DefaultTimeout is the timeout of one call. The engine answers at the next
	// tick of its own collector, which runs once a second.
	DefaultTimeout = 5 * time.Second
	// maxCalls limits concurrent calls, each of which uses a connection. Calls are
	// concurrent because the engine makes each caller wait for a tick.
	maxCalls = 256
	// firstSampleDelay is the delay of the first sample of a new run, which does not
	// wait for the next round.
	firstSampleDelay = time.Second
)

// Options configures a Sampler. Zero values select the defaults.
type Options struct {
	// Interval is the time between two rounds; zero means 10s.
	Interval time.Duration
	// OnRound is called after each round, always from the same goroutine; may be
	// nil.
	OnRound func(Round)
	// Logger may be nil.
	Logger *slog.Logger
}

// Round is the result of one round.
type Round struct {
	// Samples holds the last sample of each watched run, New the samples of this
	// round; both are sorted by key.
	Samples, New []Sample
	// Read counts the runs that were sampled, Failed the calls that failed.
	Read, Failed int
	// Took is the duration of the round.
	Took time.Duration
}

// Sampler samples the resource usage of containers. Its methods are safe for
// concurrent use.
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
	// tried is set once the run was read. last is its last sample; nil if there is
	// none.
	tried bool
	last  *Sample
}

// New returns a Sampler. It samples nothing before Run is called.
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

// Subscribe sets the function that is called with each key whose pressure changed.
// It must be called before Run, and the function must not block.
func (s *Sampler) Subscribe(notify func(spec.Key)) { s.notify = notify }

// Watch replaces the set of sampled runs. The samples of runs that continue are
// kept; others are dropped, including calls in progress.
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

// Usages returns the runs under pressure. Callers must not change the returned
// map.
func (s *Sampler) Usages() plan.Usages {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.usages
}

// Samples returns the last sample of each watched run, sorted by key.
func (s *Sampler) Samples() []Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.samplesLocked()
}

// samplesLocked implements Samples. The caller holds the lock.
func (s *Sampler) samplesLocked() []Sample {
	out := make([]Sample, 0, len(s.runs))
	for _, r := range s.runs {
		if r.last != nil {
			out = append(out, *r.last)
		}
	}
	slices.SortFunc(out, func(a, b Sample) int { return a.Key.Compare(b.Key) })
	return out
}

// Run samples until ctx is done. It returns nil after all its goroutines have
// ended. It must be called at most once.
func (s *Sampler) Run(ctx context.Context) error {
	ticker := time.NewTicker(s.opts.Interval)
	defer ticker.Stop()
	soon := time.NewTimer(firstSampleDelay)
	defer soon.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
			soon.Reset(min(firstSampleDelay, s.opts.Interval))
		case <-soon.C:
			s.sampleRound(ctx, func(r *run) bool { return !r.tried })
		case <-ticker.C:
			s.sampleRound(ctx, func(*run) bool { return true })
		}
	}
}

// sampleRound samples the runs that are due and reports the round.
func (s *Sampler) sampleRound(ctx context.Context, due func(*run) bool) {
	targets := s.takeDue(due)
	if len(targets) == 0 {
		return
	}
	began := time.Now()
	slots := make(chan struct{}, maxCalls)
	results := make([]result, len(targets))
	var calls sync.WaitGroup
	for i, t := range targets {
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			results[i] = s.readStats(ctx, t)
		})
	}
	calls.Wait()
	if ctx.Err() != nil {
		return // an interrupted round has no result
	}
	round, changed := s.recordResults(results)
	round.Took = time.Since(began)
	s.opts.OnRound(round)
	for _, k := range changed {
		s.notify(k)
	}
}

// takeDue returns the targets that are due and marks their runs as tried.
func (s *Sampler) takeDue(due func(*run) bool) []plan.UsageTarget {
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

// result is the result of one call.
type result struct {
	target plan.UsageTarget
	stats  engine.Stats
	err    error
}

func (s *Sampler) readStats(ctx context.Context, t plan.UsageTarget) result {
	ctx, cancel := context.WithTimeout(ctx, DefaultTimeout)
	defer cancel()
	stats, err := s.reader.Stats(ctx, t.ID)
	if err != nil && engine.CodeOf(err) != engine.NotRunning {
		s.opts.Logger.Debug("sampling failed", "key", t.Key.String(), "err", err)
	}
	return result{t, stats, err}
}

// recordResults stores the samples and returns the round together with the keys
// whose pressure changed.
func (s *Sampler) recordResults(results []result) (Round, []spec.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	round := Round{}
	before, fresh := s.usages, map[engine.ID]bool{}
	for _, res := range results {
		r := s.runs[res.target.ID]
		switch {
		case r == nil || !r.target.StartedAt.Equal(res.target.StartedAt): // the run is no longer watched
		case engine.CodeOf(res.err) == engine.NotRunning: // it exited, and its event is pending
		case res.err != nil:
			round.Failed++
		default:
			round.Read++
			fresh[res.target.ID] = true
			r.last = new(nextSample(r.target, res.stats, r.last))
		}
	}
	after := make(plan.Usages, len(s.runs))
	for id, r := range s.runs {
		if r.last != nil && r.last.Pressure != (plan.Pressure{}) {
			after[id] = plan.Usage{StartedAt: r.target.StartedAt, Pressure: r.last.Pressure}
		}
	}
	round.Samples = s.samplesLocked()
	for _, sample := range round.Samples {
		if fresh[sample.ID] {
			round.New = append(round.New, sample)
		}
	}
	if maps.Equal(before, after) {
		return round, nil
	}
	s.usages = after
	var changed []spec.Key
	for _, sample := range round.Samples {
		if before[sample.ID].Pressure != after[sample.ID].Pressure {
			changed = append(changed, sample.Key)
		}
	}
	return round, changed
}
