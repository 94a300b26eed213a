// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// namespace begins the name of every metric.
const namespace = "reconciler"

// Engine is how the engine is observed.
type Engine struct {
	// Connected and WatchHealthy are as in the observer's state.
	Connected, WatchHealthy bool
	// Reconnects counts the event streams that had to be set up again.
	Reconnects uint64
	// LastRelist is when everything was last listed; zero means never.
	LastRelist time.Time
}

// Options are what the metrics are made from.
type Options struct {
	// Version and Revision are those of the build.
	Version, Revision string
	// Reports lists the present reports; called at each scrape. May be nil.
	Reports func() []status.Report
	// Engine tells how the engine is observed; called at each scrape. May be nil.
	Engine func() Engine
}

// Metrics are the controller's metrics.
type Metrics struct {
	registry *prometheus.Registry

	reconciles        *prometheus.CounterVec
	reconcileSeconds  *prometheus.HistogramVec
	actions           *prometheus.CounterVec
	actionSeconds     *prometheus.HistogramVec
	queueDepth        *prometheus.GaugeVec
	queueAdds         *prometheus.CounterVec
	queueSeconds      *prometheus.HistogramVec
	workSeconds       *prometheus.HistogramVec
	unfinishedSeconds *prometheus.GaugeVec
	longestSeconds    *prometheus.GaugeVec
	queueRetries      *prometheus.CounterVec
}

// New makes the metrics and registers them. It panics when the registry has
// some of them already, which is a fault of the program.
func New(registry *prometheus.Registry, opts Options) *Metrics {
	m := &Metrics{registry: registry}
	m.makeWork()
	m.makeQueue()
	registry.MustRegister(
		m.reconciles, m.reconcileSeconds, m.actions, m.actionSeconds,
		m.queueDepth, m.queueAdds, m.queueSeconds, m.workSeconds, m.unfinishedSeconds, m.longestSeconds, m.queueRetries,
		buildInfo(opts),
		newCollector(opts),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// Handler serves the metrics in the formats of Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// Reconciled counts one pass over a key: ok, error or panic.
func (m *Metrics) Reconciled(kind spec.Kind, result string, took time.Duration) {
	m.reconciles.WithLabelValues(string(kind), result).Inc()
	m.reconcileSeconds.WithLabelValues(string(kind)).Observe(took.Seconds())
}

// Acted counts one action; code is empty when it succeeded.
func (m *Metrics) Acted(verb plan.Verb, code engine.Code, took time.Duration) {
	result := "Success"
	if code != "" {
		result = string(code)
	}
	m.actions.WithLabelValues(string(verb), result).Inc()
	m.actionSeconds.WithLabelValues(string(verb)).Observe(took.Seconds())
}

func (m *Metrics) makeWork() {
	m.reconciles = counter("reconcile_total", "Passes over a key, by kind and result (ok, error, panic).", "kind", "result")
	m.reconcileSeconds = histogram("reconcile_duration_seconds", "How long a pass over a key took, actions included.",
		prometheus.ExponentialBuckets(0.001, 4, 9), "kind")
	m.actions = counter("action_total", "Changes made at the engine, by verb and result (Success, or the error's code).", "verb", "result")
	m.actionSeconds = histogram("action_duration_seconds", "How long a change at the engine took.",
		prometheus.ExponentialBuckets(0.01, 4, 9), "verb")
}

func buildInfo(opts Options) prometheus.Collector {
	g := prometheus.NewGauge(prometheus.GaugeOpts{
		Namespace: namespace, Name: "build_info", Help: "Always 1; the labels tell of the build.",
		ConstLabels: prometheus.Labels{
			"version": opts.Version, "revision": opts.Revision, "go_version": strings.TrimPrefix(runtime.Version(), "go"),
		},
	})
	g.Set(1)
	return g
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

func gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: buckets}, labels)
}
