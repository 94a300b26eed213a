// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/pact-toolbox/reconciler/pkg/actuator"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/logging"
	"github.com/pact-toolbox/reconciler/pkg/metrics"
	"github.com/pact-toolbox/reconciler/pkg/notify"
	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/probe"
	"github.com/pact-toolbox/reconciler/pkg/simulation"
	"github.com/pact-toolbox/reconciler/pkg/stats"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// stack is a controller with the parts that it needs.
type stack struct {
	engine     engine.Engine
	cache      *observer.Cache
	controller *controller.Controller
	prober     *probe.Prober
	store      *status.Store
	metrics    *metrics.Metrics
	// sampler is nil when sampling is disabled.
	sampler *stats.Sampler
	// notifier is nil without subscriptions.
	notifier *notify.Notifier
}

func newStack(e engine.Engine, s Settings, log *slog.Logger) *stack {
	k := &stack{engine: e, store: status.NewStore(status.Options{Instance: s.Instance})}
	k.metrics = metrics.New(prometheus.NewRegistry(), metrics.Options{
		Version: s.Program.Version, Revision: s.Program.Revision,
		Reports: func() []status.Report { reports, _ := k.store.List(); return reports },
		Engine:  k.engineMetrics, Usage: k.usageMetrics,
	})
	if len(s.Subscriptions) > 0 {
		k.notifier = notify.New(k.store, s.Subscriptions, notify.Options{
			Instance: s.Instance, Count: k.metrics.Notified, Logger: logging.Of(log, "notify"),
		})
	}
	watched := k.metrics.Instrument(e)
	k.cache = observer.New(watched, s.Instance, observer.Options{Resync: s.Resync, Logger: logging.Of(log, "observer")})
	var act controller.Actuator = actuator.New(k.cache.Engine(), actuator.Options{
		Instance: s.Instance, Timeout: s.Engine.Timeout,
	})
	if s.StopGrace > 0 {
		act = graceful{act, s.StopGrace}
	}
	k.prober = probe.New(checkerOf(e), probe.Options{})
	k.controller = controller.New(controller.Config{
		Settings: s.Settings,
		Sampler:  k.newSampler(watched, s.SampleInterval, logging.Of(log, "stats")),
		Observer: k.cache, Actuator: act, Store: k.store, Prober: k.prober,
		Logger: logging.Of(log, "controller"), Metrics: k.metrics, QueueMetrics: k.metrics, Logs: watched.Logs,
	})
	if m, ok := e.(*memory.Engine); ok {
		m.SetJobs(func(labels map[string]string) bool {
			set, _ := k.controller.Desired()
			return simulation.IsJob(set, labels)
		})
	}
	return k
}

func (k *stack) engineMetrics() metrics.Engine {
	state := k.cache.State()
	return metrics.Engine{
		Connected: state.Connected, WatchHealthy: state.WatchHealthy,
		Reconnects: state.Reconnects, LastRelist: state.LastRelist,
	}
}

// run adds the parts to group, each until ctx ends.
func (k *stack) run(ctx context.Context, group *errgroup.Group) {
	group.Go(func() error { return ended(ctx, k.cache.Run(ctx)) })
	group.Go(func() error { return ended(ctx, k.controller.Run(ctx)) })
	group.Go(func() error { return ended(ctx, k.prober.Run(ctx)) })
	if k.notifier != nil {
		group.Go(func() error { return ended(ctx, k.notifier.Run(ctx)) })
	}
	if k.sampler != nil {
		group.Go(func() error { return ended(ctx, k.sampler.Run(ctx)) })
	}
}

// ended returns err, or nil when err only reports that ctx has ended.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err()) || errors.Is(err, context.Canceled)) {
		return nil
	}
	return err
}

// graceful gives every stop the same grace.
type graceful struct {
	controller.Actuator
	grace time.Duration
}

// Do carries out the action; a stop gets the grace of g.
func (g graceful) Do(ctx context.Context, a plan.Action) error {
	if a.Verb == plan.Stop {
		a.Grace = g.grace
	}
	return g.Actuator.Do(ctx, a)
}
