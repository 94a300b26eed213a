// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"k8s.io/client-go/util/workqueue"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/hold"
	"github.com/pact-toolbox/reconciler/pkg/lastlog"
	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Controller reconciles the observed with the desired state. It is safe for
// concurrent use.
type Controller struct {
	cfg   Config
	queue workqueue.TypedRateLimitingInterface[spec.Key]
	slots *slots
	// passes counts the reconciliations, and run identifies this process in their
	// IDs.
	passes atomic.Uint64
	run    string

	mu      sync.Mutex
	desired desired
	// running are the IDs of the reconciliations in progress.
	running map[spec.Key]string
	history plan.History
	memory  map[spec.Key]*memory
	cached  cachedWorld
	build   buildFunc
	// sequence is the number of the last world.
	sequence uint64
	// edited is when the manifest of each object was changed that was not Ready since.
	edited map[spec.Key]time.Time
	// engine is the last state that the observer reported.
	engine observer.State
	times  watchTimes
	pulls  plan.Pulls
	// prune is the setting with the approved keys and with the keys that were
	// withheld when the index was last built.
	prune plan.Prune
	// holds keeps the holds of the history over a restart; nil when it does not.
	holds *hold.File
	logs  *lastlog.Logs
	// progress is closed and replaced after each reconciliation.
	progress chan struct{}
}

// New returns a Controller that is subscribed to its observer. It acts once Run was
// called, there is a desired state, and the observer is connected.
func New(cfg Config) *Controller {
	cfg = cfg.withDefaults()
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[spec.Key](firstRetry, maxRetry)
	c := &Controller{
		cfg: cfg,
		queue: workqueue.NewTypedRateLimitingQueueWithConfig(limiter,
			workqueue.TypedRateLimitingQueueConfig[spec.Key]{Name: "controller", MetricsProvider: cfg.QueueMetrics}),
		slots:   newSlots(cfg.Concurrency),
		prune:   cfg.Prune,
		memory:  map[spec.Key]*memory{},
		edited:  map[spec.Key]time.Time{},
		running: map[spec.Key]string{},
		run:     uuid.NewString()[:6],
		pulls: plan.Pulls{
			Done: map[string]time.Time{}, Running: map[string]engine.Progress{}, Interval: cfg.ImageCheckInterval,
		},
		build:    plan.NewWorld,
		logs:     lastlog.New(cfg.Logs),
		progress: make(chan struct{}),
	}
	var err error
	if c.holds, c.history, err = hold.Open(cfg.HoldsFile); err != nil {
		c.cfg.Logger.Warn("reading the holds failed: all containers run", "err", err)
	}
	cfg.Observer.Subscribe(handler{c})
	if cfg.Prober != nil {
		cfg.Prober.Subscribe(func(k spec.Key) { c.queue.Add(k) })
	}
	if cfg.Sampler != nil {
		cfg.Sampler.Subscribe(func(k spec.Key) { c.queue.Add(k) })
	}
	return c
}

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
func (c *Controller) work(ctx, work context.Context) {
	for {
		k, down := c.queue.Get()
		if down {
			return
		}
		c.process(ctx, work, k)
	}
}

// process reconciles a key that was taken from the queue, unless ctx has ended.
func (c *Controller) process(ctx, work context.Context, k spec.Key) {
	defer c.queue.Done(k)
	if ctx.Err() == nil {
		c.pass(work, k)
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
func (c *Controller) announce() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.progress)
	c.progress = make(chan struct{})
}
