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
	// Usage lists the last samples of containers; called at each scrape. May be
	// nil.
	Usage func() []Usage
}

// Metrics are the controller's metrics.
type Metrics struct {
	registry *prometheus.Registry

	reconciles        *prometheus.CounterVec
	reconcileSeconds  *prometheus.HistogramVec
	actions           *prometheus.CounterVec
	actionSeconds     *prometheus.HistogramVec
	readySeconds      *prometheus.HistogramVec
	backSeconds       *prometheus.HistogramVec
	calls             *prometheus.HistogramVec
	callErrors        *prometheus.CounterVec
	events            *prometheus.CounterVec
	eventLag          *prometheus.HistogramVec
	pulledBytes       *prometheus.CounterVec
	samplings         *prometheus.CounterVec
	samplingSeconds   *prometheus.HistogramVec
	notifications     *prometheus.CounterVec
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
	m.makeEngine()
	m.makeQueue()
	registry.MustRegister(
		m.reconciles, m.reconcileSeconds, m.actions, m.actionSeconds, m.readySeconds, m.backSeconds,
		m.calls, m.callErrors, m.events, m.eventLag, m.pulledBytes, m.samplings, m.samplingSeconds, m.notifications,
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
	result := success
	if code != "" {
		result = string(code)
	}
	m.actions.WithLabelValues(string(verb), result).Inc()
	m.actionSeconds.WithLabelValues(string(verb)).Observe(took.Seconds())
}

// BecameReady times an edit of a manifest until its object was Ready.
func (m *Metrics) BecameReady(kind spec.Kind, took time.Duration) {
	m.readySeconds.WithLabelValues(string(kind)).Observe(took.Seconds())
}

// CameBack times the end of a container until it ran again.
func (m *Metrics) CameBack(took time.Duration) {
	m.backSeconds.WithLabelValues().Observe(took.Seconds())
}

// Fetched counts bytes of images.
func (m *Metrics) Fetched(bytes int64) { m.pulledBytes.WithLabelValues().Add(float64(bytes)) }

// Sampled counts one round of samples: the containers that were read, those that
// could not be, and how long it took.
func (m *Metrics) Sampled(read, failed int, took time.Duration) {
	m.samplings.WithLabelValues(resultOK).Add(float64(read))
	m.samplings.WithLabelValues(resultError).Add(float64(failed))
	m.samplingSeconds.WithLabelValues().Observe(took.Seconds())
}

// Notified counts what became of a notification at a kind of target.
func (m *Metrics) Notified(target, result string) {
	m.notifications.WithLabelValues(target, result).Inc()
}

func (m *Metrics) makeWork() {
	m.reconciles = counter("reconcile_total", "Passes over a key, by kind and result (ok, error, panic).", "kind", "result")
	m.reconcileSeconds = histogram("reconcile_duration_seconds", "How long a pass over a key took, actions included.",
		prometheus.ExponentialBuckets(0.001, 4, 9), "kind")
	m.actions = counter("action_total", "Changes made at the engine, by verb and result (Success, or the error's code).", "verb", "result")
	m.actionSeconds = histogram("action_duration_seconds", "How long a change at the engine took.",
		prometheus.ExponentialBuckets(0.01, 4, 9), "verb")
	m.readySeconds = histogram("edit_to_ready_seconds", "From when the edit of a manifest was noticed until its object was Ready, by kind.",
		prometheus.ExponentialBuckets(0.05, 3, 9), "kind")
	m.backSeconds = histogram("exit_to_running_seconds", "From when a container ended unasked until it ran again, delays of crash loops included.",
		prometheus.ExponentialBuckets(0.05, 3, 9))
	m.pulledBytes = counter("pulled_bytes_total", "Bytes of images that came from registries.")
	m.samplings = counter("samples_total", "Samples of what containers use, by result (ok, error).", "result")
	m.samplingSeconds = histogram("sampling_duration_seconds", "How long it took to sample all containers.",
		prometheus.ExponentialBuckets(0.01, 4, 6))
	m.notifications = counter("notifications_total", "Notifications by kind of target (hook, webhook) and result (delivered, retried, dropped).",
		"target", "result")
	m.begin()
}

// The results of passes and samples.
const (
	resultOK    = "ok"
	resultError = "error"
	resultPanic = "panic"
	success     = "Success"
)

// begin has metrics there from the start: a rate cannot see what appears with its
// first count.
func (m *Metrics) begin() {
	for kind := range shown {
		for _, result := range []string{resultOK, resultError, resultPanic} {
			m.reconciles.WithLabelValues(string(kind), result)
		}
		m.reconcileSeconds.WithLabelValues(string(kind))
		if kind != spec.KindManifest {
			m.readySeconds.WithLabelValues(string(kind))
		}
	}
	for _, verb := range verbs {
		m.actions.WithLabelValues(string(verb), success)
		m.actionSeconds.WithLabelValues(string(verb))
	}
	m.backSeconds.WithLabelValues()
	m.pulledBytes.WithLabelValues()
	for _, target := range []string{"hook", "webhook"} {
		for _, result := range []string{"delivered", "retried", "dropped"} {
			m.notifications.WithLabelValues(target, result)
		}
	}
	m.samplings.WithLabelValues(resultOK)
	m.samplings.WithLabelValues(resultError)
	m.samplingSeconds.WithLabelValues()
}

var verbs = []plan.Verb{
	plan.Pull, plan.Create, plan.Start, plan.Stop, plan.Rename, plan.Connect, plan.Disconnect, plan.Update, plan.Remove,
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
