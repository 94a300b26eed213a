// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Controller reconciles the observed with the desired state. It is safe for
// concurrent use. Its methods are what other packages call; the reconciler does
// the work for one key, the publisher makes the result known, and both share the
// state.
type Controller struct{ *reconciler }

// New returns a Controller that is subscribed to its observer. It acts once Run was
// called, there is a desired state, and the observer is connected.
func New(cfg Config) *Controller {
	cfg = cfg.withDefaults()
	c := &Controller{&reconciler{
		publisher: &publisher{newState(cfg)},
		slots:     newSlots(cfg.Concurrency),
	}}
	cfg.Observer.Subscribe(handler{c})
	if cfg.Prober != nil {
		cfg.Prober.Subscribe(func(k spec.Key) { c.queue.Add(k) })
	}
	if cfg.Sampler != nil {
		cfg.Sampler.Subscribe(func(k spec.Key) { c.queue.Add(k) })
	}
	return c
}

// World returns the present world.
func (c *Controller) World() plan.World { return c.world().World }

// Run reconciles until ctx ends. Then it finishes the actions in progress, for the
// drain timeout at most, and leaves the workloads as they are. It returns nil once
// all its goroutines have ended. It must be called once.
func (c *Controller) Run(ctx context.Context) error {
	work, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	var workers sync.WaitGroup
	for range c.cfg.Concurrency + pullSlots {
		workers.Go(func() { c.work(ctx, work) })
	}
	<-ctx.Done()
	c.queue.ShutDown()
	c.cfg.Logger.Info("stopping: finishing actions in progress", "timeout", c.cfg.DrainTimeout)
	deadline := time.AfterFunc(c.cfg.DrainTimeout, abort)
	defer deadline.Stop()
	workers.Wait()
	return nil
}

// work reconciles keys until the queue is shut down, with the context work, which
// outlives ctx.
func (r *reconciler) work(ctx, work context.Context) {
	for {
		k, down := r.queue.Get()
		if down {
			return
		}
		r.process(ctx, work, k)
	}
}

// process reconciles a key that was taken from the queue, unless ctx has ended.
func (r *reconciler) process(ctx, work context.Context, k spec.Key) {
	defer r.queue.Done(k)
	if ctx.Err() == nil {
		r.pass(work, k)
	}
}

// Plan returns the decisions for every key, after it has read the engine in full.
// A failed read does not make the engine count as lost.
func (c *Controller) Plan(ctx context.Context) (plan.Plan, error) {
	if err := c.cfg.Observer.RefreshAll(ctx); err != nil {
		return plan.Plan{}, err
	}
	return plan.Compute(c.World()), nil
}

// announce wakes the callers that wait for progress.
func (s *state) announce() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.progress)
	s.progress = make(chan struct{})
}
