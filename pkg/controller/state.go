// SPDX-License-Identifier: Apache-2.0

package controller

import (
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

// state is the memory of the controller: the queue, the desired state, the history
// and values derived from them. Its methods do not call the engine or the store.
type state struct {
	cfg   Config
	queue workqueue.TypedRateLimitingInterface[spec.Key]
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
	// progress is closed and replaced after each reconciliation, and when the desired
	// state or the state of the engine changed.
	progress chan struct{}
}

// newState returns the state of a controller that was just started.
func newState(cfg Config) *state {
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[spec.Key](firstRetry, maxRetry)
	s := &state{
		cfg: cfg,
		queue: workqueue.NewTypedRateLimitingQueueWithConfig(limiter,
			workqueue.TypedRateLimitingQueueConfig[spec.Key]{Name: "controller", MetricsProvider: cfg.QueueMetrics}),
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
	if s.holds, s.history, err = hold.Open(cfg.HoldsFile); err != nil {
		cfg.Logger.Warn("reading the holds failed: all containers run", "err", err)
	}
	return s
}
