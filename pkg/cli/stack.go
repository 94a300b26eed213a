// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"

	"github.com/pact-toolbox/reconciler/pkg/actuator"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/docker"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/lock"
	"github.com/pact-toolbox/reconciler/pkg/logging"
	"github.com/pact-toolbox/reconciler/pkg/metrics"
	"github.com/pact-toolbox/reconciler/pkg/notify"
	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/probe"
	"github.com/pact-toolbox/reconciler/pkg/simulation"
	"github.com/pact-toolbox/reconciler/pkg/statedir"
	"github.com/pact-toolbox/reconciler/pkg/stats"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// engineFlags choose the engine.
type engineFlags struct {
	engine, host string
	timeout      time.Duration
}

func (f *engineFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.engine, "engine", "docker", "docker, or memory to try things without an engine")
	flags.StringVar(&f.host, "host", "", "the engine's address; empty finds it as the docker command does")
	flags.DurationVar(&f.timeout, "operation-timeout", 2*time.Minute, "the limit of one engine call; of a pull, that of the time without progress")
	Constrain(flags, "operation-timeout", atLeast(&f.timeout, time.Second))
}

// open connects to the chosen engine; what it opened has to be closed.
func (f *engineFlags) open(log *slog.Logger) (engine.Engine, func(), error) {
	switch f.engine {
	case "memory":
		return memory.New(memory.Options{AnyImage: true, Behaviour: pretended()}), func() {}, nil
	case "docker":
		e, err := docker.New(docker.Options{
			Host: f.host, Timeout: f.timeout, InspectLabel: owner.LabelInstance, Logger: logging.Of(log, "engine"),
		})
		if err != nil {
			return nil, nil, err
		}
		return e, func() { _ = e.Close() }, nil
	}
	return nil, nil, fmt.Errorf("unknown engine %q: want docker or memory", f.engine)
}

// stackOptions adjust a stack.
type stackOptions struct {
	version        string
	instance       string
	concurrency    int
	resync         time.Duration
	timeout        time.Duration
	publishAddress string
	purge          bool
	prune          plan.Prune
	// imageCheck is the interval of looking for newer images; zero means once.
	imageCheck time.Duration
	// holds is the file of what users hold; empty keeps nothing.
	holds string
	// grace, when positive, replaces the stop grace of every container.
	grace time.Duration
	// sampling says how containers are sampled.
	sampling sampling
	// subscriptions are who is told of what happens.
	subscriptions []notify.Subscription
	log           *slog.Logger
}

// stack is the controller with all that it stands on.
type stack struct {
	engine     engine.Engine
	cache      *observer.Cache
	controller *controller.Controller
	prober     *probe.Prober
	store      *status.Store
	metrics    *metrics.Metrics
	// sampler is nil when nothing is sampled.
	sampler *stats.Sampler
	// notifier is nil when nobody is told of anything.
	notifier *notify.Notifier
}

func newStack(e engine.Engine, opts stackOptions) *stack {
	s := &stack{engine: e, store: status.NewStore(status.Options{Instance: opts.instance})}
	b := thisBuild(opts.version)
	s.metrics = metrics.New(prometheus.NewRegistry(), metrics.Options{
		Version: b.Version, Revision: b.Revision,
		Reports: func() []status.Report { reports, _ := s.store.List(); return reports },
		Engine:  s.engineMetrics, Usage: s.usageMetrics,
	})
	if len(opts.subscriptions) > 0 {
		s.notifier = notify.New(s.store, opts.subscriptions, notify.Options{
			Instance: opts.instance, Count: s.metrics.Notified, Logger: logging.Of(opts.log, "notify"),
		})
	}
	watched := s.metrics.Instrument(e)
	s.cache = observer.New(watched, opts.instance, observer.Options{Resync: opts.resync, Logger: logging.Of(opts.log, "observer")})
	var act controller.Actuator = actuator.New(s.cache.Engine(), actuator.Options{
		Instance: opts.instance, Timeout: opts.timeout,
	})
	if opts.grace > 0 {
		act = graceful{act, opts.grace}
	}
	s.prober = probe.New(checkerOf(e), probe.Options{})
	s.controller = controller.New(controller.Config{
		Settings: controller.Settings{
			Settings: plan.Settings{
				Instance: opts.instance, Thresholds: opts.sampling.thresholds, PublishAddress: opts.publishAddress, Purge: opts.purge, Prune: opts.prune,
			},
			HoldsFile: opts.holds, ImageCheckInterval: opts.imageCheck, Concurrency: opts.concurrency,
		},
		Sampler: s.sample(watched, opts), Observer: s.cache, Actuator: act, Store: s.store, Prober: s.prober,
		Logger: logging.Of(opts.log, "controller"), Metrics: s.metrics, QueueMetrics: s.metrics, Logs: watched.Logs,
	})
	if m, ok := e.(*memory.Engine); ok {
		m.SetJobs(func(labels map[string]string) bool {
			set, _ := s.controller.Desired()
			return simulation.IsJob(set, labels)
		})
	}
	return s
}

// checkerOf runs probes on the containers of an engine.
func checkerOf(e engine.Engine) probe.Checker {
	if m, ok := e.(*memory.Engine); ok {
		return simulation.Checker{Engine: m}
	}
	return probe.NewDialer(e)
}

func (s *stack) engineMetrics() metrics.Engine {
	state := s.cache.State()
	return metrics.Engine{
		Connected: state.Connected, WatchHealthy: state.WatchHealthy,
		Reconnects: state.Reconnects, LastRelist: state.LastRelist,
	}
}

// run keeps observer and controller going until ctx ends; no error then.
func (s *stack) run(ctx context.Context, group *errgroup.Group) {
	group.Go(func() error { return ended(ctx, s.cache.Run(ctx)) })
	group.Go(func() error { return ended(ctx, s.controller.Run(ctx)) })
	group.Go(func() error { return ended(ctx, s.prober.Run(ctx)) })
	if s.notifier != nil {
		group.Go(func() error { return ended(ctx, s.notifier.Run(ctx)) })
	}
	if s.sampler != nil {
		group.Go(func() error { return ended(ctx, s.sampler.Run(ctx)) })
	}
}

// ended is err, unless it is only that ctx has ended.
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

// Do carries out the action with that grace.
func (g graceful) Do(ctx context.Context, a plan.Action) error {
	if a.Verb == plan.Stop {
		a.Grace = g.grace
	}
	return g.Actuator.Do(ctx, a)
}

// lock keeps other controllers of the instance away from that engine.
func (a *App) lock(f engineFlags) (*lock.Lock, error) {
	return lock.Acquire(a.engineDir(f).Path(statedir.Lock))
}

// holdsPath returns the path of the holds of the instance at that engine.
func (a *App) holdsPath(f engineFlags) string { return a.engineDir(f).Path(statedir.Holds) }

// engineDir returns the state directory of the instance at that engine.
func (a *App) engineDir(f engineFlags) statedir.Dir {
	return statedir.Of(a.Instance, a.Getenv).Engine(f.engine, cmp.Or(f.host, a.Getenv("DOCKER_HOST")))
}
