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

// Options configures a Prober. Zero values select the defaults.
type Options struct {
	// Concurrency is the maximum number of probes that run at once; zero means
	// 64. A probe that exceeds it runs late.
	Concurrency int
}

const (
	defaultConcurrency = 64
	// jitterDivisor divides a period into the jitter by which runs are moved in
	// either direction, and maxFirstDelay limits the delay of a first run.
	jitterDivisor = 10
	maxFirstDelay = 100 * time.Millisecond
	// idleInterval is how long the loop sleeps when nothing is scheduled, unless
	// it is woken.
	idleInterval = time.Hour
)

// Prober runs probes in real time. At rest it uses one goroutine and one timer,
// independent of the number of probes. Its methods are safe for concurrent use.
type Prober struct {
	checker Checker
	slots   chan struct{}
	// wake interrupts the sleep of the loop because a check may be due earlier.
	wake chan struct{}

	mu       sync.Mutex
	schedule *Schedule
	notify   func(spec.Key)
	// wakeAt is when the loop wakes up by itself; zero while it does not sleep.
	wakeAt time.Time
}

// New returns a Prober. It runs no probes before Run is called.
func New(checker Checker, opts Options) *Prober {
	if opts.Concurrency == 0 {
		opts.Concurrency = defaultConcurrency
	}
	return &Prober{
		checker:  checker,
		slots:    make(chan struct{}, opts.Concurrency),
		wake:     make(chan struct{}, 1),
		notify:   func(spec.Key) {},
		schedule: NewSchedule(Jitter{First: firstDelay, Next: nextJitter}),
	}
}

// firstDelay returns a random delay that distributes the first runs of probes
// whose containers started at the same moment.
func firstDelay(period time.Duration) time.Duration {
	return rand.N(min(period/jitterDivisor, maxFirstDelay) + 1)
}

// nextJitter returns a random offset that keeps probes with equal periods from
// running at the same time.
func nextJitter(period time.Duration) time.Duration {
	return rand.N(2*period/jitterDivisor+1) - period/jitterDivisor
}

// Subscribe sets the function that is called with each key whose results
// changed. It must be called before Run, and the function must not block.
func (p *Prober) Subscribe(notify func(spec.Key)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notify = notify
}

// Watch replaces the set of probed containers. After it returns, Results
// contains no other containers.
func (p *Prober) Watch(targets []plan.ProbeTarget) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.schedule.Watch(targets, time.Now())
	p.wakeLoop()
}

// Results returns the latest results of all probes. Callers must not change the
// returned map.
func (p *Prober) Results() plan.Probes {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.schedule.Results()
}

// Run runs probes until ctx is done. It returns nil after all its goroutines
// have ended. It must be called at most once.
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
		c, wait := p.takeDue()
		if c != nil {
			running.Go(func() {
				defer func() { <-p.slots }()
				p.runCheck(ctx, c)
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

// takeDue returns a check that is due. If none is due, it returns nil and the
// time until the next one.
func (p *Prober) takeDue() (*Check, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.wakeAt = time.Time{}
	if c, due := p.schedule.Take(now); due {
		return c, 0
	}
	p.wakeAt = now.Add(idleInterval)
	if at, found := p.schedule.Next(); found {
		p.wakeAt = at
	}
	return nil, p.wakeAt.Sub(now)
}

// runCheck runs a check and notifies the subscriber if the result changed.
func (p *Prober) runCheck(ctx context.Context, c *Check) {
	outcome := p.checker.Check(ctx, c)
	if ctx.Err() != nil {
		return // an interrupted check has no outcome
	}
	p.mu.Lock()
	changed := p.schedule.Finish(c, outcome, time.Now())
	notify := p.notify
	p.wakeLoop()
	p.mu.Unlock()
	if changed {
		notify(c.Target.Key)
	}
}

// wakeLoop wakes the loop if a check is due before the loop would wake up by
// itself. The caller holds the lock.
func (p *Prober) wakeLoop() {
	if at, found := p.schedule.Next(); !found || !at.Before(p.wakeAt) {
		return
	}
	select {
	case p.wake <- struct{}{}:
	default:
	}
}
