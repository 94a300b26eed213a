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

// namespace is the prefix of every metric name.
const namespace = "reconciler"

// Engine is the state of the connection to the engine.
type Engine struct {
	// Connected and WatchHealthy have the meaning of observer.State.
	Connected, WatchHealthy bool
	// Reconnects counts the reconnects of the event stream.
	Reconnects uint64
	// LastRelist is the time of the last full list; zero means never.
	LastRelist time.Time
}

// Options configures the sources of the metrics.
type Options struct {
	// Version and Revision identify the build.
	Version, Revision string
	// Reports returns all reports; it is called at each scrape and may be nil.
	Reports func() []status.Report
	// Engine returns the state of the engine connection; it is called at each
	// scrape and may be nil.
	Engine func() Engine
	// Usage returns the last sample of each container; it is called at each scrape
	// and may be nil.
	Usage func() []Usage
}

// Metrics holds the metrics of the controller.
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

// New returns the metrics after registering them. It panics if any of them is
// already registered, which is a programming error.
func New(registry *prometheus.Registry, opts Options) *Metrics {
	m := &Metrics{registry: registry}
	m.createWork()
	m.createEngine()
	m.createQueue()
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

// Handler returns a handler that serves the metrics in the Prometheus formats.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// Reconciled counts a reconciliation; result is ok, error or panic.
func (m *Metrics) Reconciled(kind spec.Kind, result string, took time.Duration) {
	m.reconciles.WithLabelValues(string(kind), result).Inc()
	m.reconcileSeconds.WithLabelValues(string(kind)).Observe(took.Seconds())
}

// Acted counts an action; code is empty if it succeeded.
func (m *Metrics) Acted(verb plan.Verb, code engine.Code, took time.Duration) {
	result := resultSuccess
	if code != "" {
		result = string(code)
	}
	m.actions.WithLabelValues(string(verb), result).Inc()
	m.actionSeconds.WithLabelValues(string(verb)).Observe(took.Seconds())
}

// BecameReady observes the time from an edit of a manifest until its object was
// Ready.
func (m *Metrics) BecameReady(kind spec.Kind, took time.Duration) {
	m.readySeconds.WithLabelValues(string(kind)).Observe(took.Seconds())
}

// CameBack observes the time from the unexpected exit of a container until it was
// running again.
func (m *Metrics) CameBack(took time.Duration) {
	m.backSeconds.WithLabelValues().Observe(took.Seconds())
}

// Fetched counts pulled bytes of images.
func (m *Metrics) Fetched(bytes int64) { m.pulledBytes.WithLabelValues().Add(float64(bytes)) }

// Sampled counts a round of samples: the containers that were read, the calls that
// failed, and the duration of the round.
func (m *Metrics) Sampled(read, failed int, took time.Duration) {
	m.samplings.WithLabelValues(resultOK).Add(float64(read))
	m.samplings.WithLabelValues(resultError).Add(float64(failed))
	m.samplingSeconds.WithLabelValues().Observe(took.Seconds())
}

// Notified counts the result of a notification, by kind of target.
func (m *Metrics) Notified(target, result string) {
	m.notifications.WithLabelValues(target, result).Inc()
}

func (m *Metrics) createWork() {
	m.reconciles = counter("reconcile_total", "Reconciliations, by kind and result (ok, error, panic).", "kind", "result")
	m.reconcileSeconds = histogram("reconcile_duration_seconds", "Duration of reconciliations including their actions, by kind.",
		prometheus.ExponentialBuckets(0.001, 4, 9), "kind")
	m.actions = counter("action_total", "Actions on the engine, by verb and result (Success or the error code).", "verb", "result")
	m.actionSeconds = histogram("action_duration_seconds", "Duration of actions on the engine, by verb.",
		prometheus.ExponentialBuckets(0.01, 4, 9), "verb")
	m.readySeconds = histogram("edit_to_ready_seconds", "Time from the detection of a manifest edit until its object was Ready, by kind.",
		prometheus.ExponentialBuckets(0.05, 3, 9), "kind")
	m.backSeconds = histogram("exit_to_running_seconds", "Time from the unexpected exit of a container until it was running again, including crash-loop delays.",
		prometheus.ExponentialBuckets(0.05, 3, 9))
	m.pulledBytes = counter("pulled_bytes_total", "Bytes of images pulled from registries.")
	m.samplings = counter("samples_total", "Resource usage samples of containers, by result (ok, error).", "result")
	m.samplingSeconds = histogram("sampling_duration_seconds", "Duration of a sampling round over all containers.",
		prometheus.ExponentialBuckets(0.01, 4, 6))
	m.notifications = counter("notifications_total", "Notifications, by kind of target (hook, webhook) and result (delivered, retried, dropped).",
		"target", "result")
	m.initializeLabels()
}

// The results of reconciliations, samples and actions.
const (
	resultOK      = "ok"
	resultError   = "error"
	resultPanic   = "panic"
	resultSuccess = "Success"
)

// initializeLabels creates the metrics of all known label values, because a rate
// misses the first count of a metric that did not exist before.
func (m *Metrics) initializeLabels() {
	for kind := range conditionTypes {
		for _, result := range []string{resultOK, resultError, resultPanic} {
			m.reconciles.WithLabelValues(string(kind), result)
		}
		m.reconcileSeconds.WithLabelValues(string(kind))
		if kind != spec.KindManifest {
			m.readySeconds.WithLabelValues(string(kind))
		}
	}
	for _, verb := range verbs {
		m.actions.WithLabelValues(string(verb), resultSuccess)
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
		Namespace: namespace, Name: "build_info", Help: "Always 1; the labels identify the build.",
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
