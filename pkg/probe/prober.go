// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Options adjust a Prober. Zero values mean the defaults.
type Options struct {
	// Concurrency is how many probes run at once; zero means 64. One that finds
	// no place runs late.
	Concurrency int
}

const (
	defaultConcurrency = 64
	// spread is the share of a period by which runs are spread to either side,
	// and maxFirst the longest by which a first one is put off.
	spread   = 10
	maxFirst = 100 * time.Millisecond
)

// Prober runs probes in real time. At rest it is one goroutine and one timer,
// however many probes there are. Its methods are safe for concurrent use.
type Prober struct {
	checker Checker
	slots   chan struct{}
	// wake tells the loop that something may be due earlier.
	wake chan struct{}

	mu       sync.Mutex
	schedule *Schedule
	notify   func(spec.Key)
	// armed is until when the loop sleeps; zero while it does not.
	armed time.Time
}

// New makes a Prober; nothing is probed before Run.
func New(checker Checker, opts Options) *Prober {
	if opts.Concurrency == 0 {
		opts.Concurrency = defaultConcurrency
	}
	return &Prober{
		checker:  checker,
		slots:    make(chan struct{}, opts.Concurrency),
		wake:     make(chan struct{}, 1),
		notify:   func(spec.Key) {},
		schedule: NewSchedule(Jitter{First: first, Next: next}),
	}
}

// first spreads the probes of what started at the same moment.
func first(period time.Duration) time.Duration { return rand.N(min(period/spread, maxFirst) + 1) }

// next keeps probes of one period from falling into step.
func next(period time.Duration) time.Duration { return rand.N(2*period/spread+1) - period/spread }

// Subscribe sets who is told of keys to look at again; call it before Run. The
// function must not block.
func (p *Prober) Subscribe(notify func(spec.Key)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notify = notify
}

// Watch sets what is probed from now on. Once it returns, Results tell of
// nothing else.
func (p *Prober) Watch(targets []plan.ProbeTarget) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.schedule.Watch(targets, time.Now())
	p.rouse()
}

// Results are what the probes have come to until now.
func (p *Prober) Results() plan.Probes {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.schedule.Results()
}

// Run probes until ctx ends, then returns nil once all its goroutines have
// ended. It is called once.
func (p *Prober) Run(ctx context.Context) error {
	var running sync.WaitGroup
	defer running.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case p.slots <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		c, wait := p.take()
		if c != nil {
			running.Go(func() {
				defer func() { <-p.slots }()
				p.run(ctx, c)
			})
			continue
		}
		<-p.slots
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-p.wake:
		case <-ctx.Done():
			return nil
		}
	}
}

// idle is how long to sleep when nothing is due; a wake ends it.
const idle = time.Hour

// take is what is due, else how long there is until something is.
func (p *Prober) take() (*Check, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.armed = time.Time{}
	if c, due := p.schedule.Take(now); due {
		return c, 0
	}
	p.armed = now.Add(idle)
	if at, found := p.schedule.Next(); found {
		p.armed = at
	}
	return nil, p.armed.Sub(now)
}

// run runs one check and tells of what it changed.
func (p *Prober) run(ctx context.Context, c *Check) {
	outcome := p.checker.Check(ctx, c)
	if ctx.Err() != nil {
		return // it was cut short: it says nothing
	}
	p.mu.Lock()
	told := p.schedule.Finish(c, outcome, time.Now())
	notify := p.notify
	p.rouse()
	p.mu.Unlock()
	if told {
		notify(c.Target.Key)
	}
}

// rouse wakes the loop when it would sleep for too long. The lock is held.
func (p *Prober) rouse() {
	if at, found := p.schedule.Next(); !found || !at.Before(p.armed) {
		return
	}
	select {
	case p.wake <- struct{}{}:
	default:
	}
}
