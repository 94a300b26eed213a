// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"log/slog"
	"time"

	"k8s.io/client-go/util/workqueue"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Observer is the observed state; *observer.Cache is one.
type Observer interface {
	// Subscribe sets the handler of changes.
	Subscribe(observer.Handler)
	// Snapshot returns the observed state and its version.
	Snapshot() (engine.Snapshot, uint64)
	// State reports whether the snapshot may be acted on.
	State() observer.State
	// Stale reports whether an object of the key had an event and was not read since.
	Stale(k spec.Key) bool
	// Refresh reads the objects of one key.
	Refresh(ctx context.Context, k spec.Key, names []string) error
	// RefreshAll reads everything. Resync does it after a change with an unknown
	// outcome: when it fails, the engine counts as lost.
	RefreshAll(ctx context.Context) error
	Resync(ctx context.Context) error
}

// Actuator carries out one action, with its own timeout; *actuator.Actuator is one.
type Actuator interface {
	Do(context.Context, plan.Action) error
}

// Store is the only home of reports; *status.Store is one.
type Store interface {
	// Get returns the report of a key; false when it has none.
	Get(spec.Key) (status.Report, bool)
	// Update replaces the report of a key by the result of the function, which is
	// called with the old report and with the store locked.
	Update(spec.Key, func(old status.Report) status.Report)
	// Delete deletes the report of a key that is gone.
	Delete(spec.Key)
	// Record adds an event; one that repeats is counted by the store.
	Record(status.Event)
}

// Metrics records measurements of the controller.
type Metrics interface {
	// Reconciled records one reconciliation; result is ok, error or panic.
	Reconciled(kind spec.Kind, result string, took time.Duration)
	// Acted records one action; code is empty when it succeeded.
	Acted(verb plan.Verb, code engine.Code, took time.Duration)
	// BecameReady records the time from when an edit of a manifest was noticed until
	// its object was Ready.
	BecameReady(kind spec.Kind, took time.Duration)
	// CameBack records the time from an unexpected end of a container until it ran
	// again.
	CameBack(took time.Duration)
	// Fetched counts the downloaded bytes of images.
	Fetched(bytes int64)
}

// Prober runs the probes of containers; *probe.Prober is one.
type Prober interface {
	// Subscribe sets the function that requeues a key after a change.
	Subscribe(func(spec.Key))
	// Watch sets the containers to probe, and Results returns their results.
	Watch([]plan.ProbeTarget)
	Results() plan.Probes
}

// Sampler samples the resource usage of containers; *stats.Sampler is one.
type Sampler interface {
	// Subscribe sets the function that requeues a key whose pressure changed.
	Subscribe(func(spec.Key))
	// Watch sets the containers to sample, and Usages returns the samples.
	Watch([]plan.UsageTarget)
	Usages() plan.Usages
}

// Config configures a Controller.
type Config struct {
	Settings
	Observer Observer
	Actuator Actuator
	Store    Store
	// Prober runs probes; nil leaves them without a result.
	Prober Prober
	// Sampler samples resource usage; nil samples nothing.
	Sampler Sampler
	// Logger, Metrics and QueueMetrics may be nil.
	Logger       *slog.Logger
	Metrics      Metrics
	QueueMetrics workqueue.MetricsProvider
	// Logs reads the last lines of a container's output for root causes; nil leaves
	// them out.
	Logs func(context.Context, engine.ID, int) ([]string, error)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Settings are the parts of a Config that the user chooses. A new setting of the
// controller is one field here, or in plan.Settings, and one flag.
type Settings struct {
	plan.Settings
	// Concurrency limits simultaneous changes at the engine, except pulls; zero
	// means 4.
	Concurrency int
	// DrainTimeout is how long Run waits for actions in flight after its context
	// has ended; zero means 10s.
	DrainTimeout time.Duration
	// ImageCheckInterval is the interval between checks for a newer image of
	// containers with pullPolicy always; zero checks once.
	ImageCheckInterval time.Duration
	// HoldsFile keeps the containers that users stopped or suspended over
	// restarts; empty keeps them in memory only.
	HoldsFile string
}

const (
	defaultConcurrency  = 4
	defaultDrainTimeout = 10 * time.Second
	// firstRetry and maxRetry bound the delay after a failed reconciliation whose
	// decision has no delay.
	firstRetry = 250 * time.Millisecond
	maxRetry   = time.Minute
	// staleReadDelay is how long a start is delayed while a dependency is being read.
	staleReadDelay = 50 * time.Millisecond
)

// withDefaults returns the configuration with defaults for its zero fields.
func (c Config) withDefaults() Config {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Metrics == nil {
		c.Metrics = noMetrics{}
	}
	if c.Concurrency == 0 {
		c.Concurrency = defaultConcurrency
	}
	if c.DrainTimeout == 0 {
		c.DrainTimeout = defaultDrainTimeout
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// noMetrics are Metrics that record nothing.
type noMetrics struct{}

func (noMetrics) Reconciled(spec.Kind, string, time.Duration) {}
func (noMetrics) Acted(plan.Verb, engine.Code, time.Duration) {}
func (noMetrics) BecameReady(spec.Kind, time.Duration)        {}
func (noMetrics) CameBack(time.Duration)                      {}
func (noMetrics) Fetched(int64)                               {}
