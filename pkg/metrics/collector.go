// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// collector computes metrics at the time of the scrape.
type collector struct {
	opts   Options
	usages []usage

	objects, restarts, engineUp, watchUp, watchRestarts, relist *prometheus.Desc
}

func newCollector(opts Options) *collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(namespace+"_"+name, help, labels, nil)
	}
	return &collector{
		opts:          opts,
		usages:        newUsages(),
		objects:       desc("objects", "Objects by kind, condition and its status.", "kind", "condition", "status"),
		restarts:      desc("container_restarts", "Restarts of a container since the controller started.", "namespace", "name"),
		engineUp:      desc("engine_up", "Whether the engine answers (1 or 0)."),
		watchUp:       desc("engine_watch_up", "Whether the engine's event stream is connected (1 or 0)."),
		watchRestarts: desc("engine_watch_restarts_total", "Reconnects of the engine's event stream."),
		relist:        desc("engine_last_relist_timestamp_seconds", "Unix time of the last full list of the engine's objects."),
	}
}

// Describe sends the descriptors of all metrics that Collect may send.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.objects, c.restarts, c.engineUp, c.watchUp, c.watchRestarts, c.relist} {
		ch <- d
	}
	for _, u := range c.usages {
		ch <- u.desc
	}
}

// Collect sends the metrics.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	c.collectReports(ch)
	c.collectEngine(ch)
	c.collectUsage(ch)
}

// conditionTypes lists the conditions of each kind.
var conditionTypes = map[spec.Kind][]condition.Type{
	spec.KindContainer: slices.Concat(commonTypes, []condition.Type{
		condition.DependenciesReady, condition.ImageAvailable, condition.Running, condition.Healthy,
		condition.CrashLooping, condition.LabelsCopied, condition.MemoryPressure, condition.CPUThrottled,
	}),
	spec.KindNetwork: commonTypes, spec.KindVolume: commonTypes, spec.KindConfig: commonTypes, spec.KindSecret: commonTypes,
	spec.KindManifest: {condition.Accepted, condition.Ready, condition.Stalled},
}

// commonTypes lists the conditions of every kind but Manifest.
var commonTypes = []condition.Type{
	condition.Accepted, condition.Synced, condition.Ready, condition.Reconciling, condition.Stalled, condition.Suspended,
}

func (c *collector) collectReports(ch chan<- prometheus.Metric) {
	if c.opts.Reports == nil {
		return
	}
	type label struct{ kind, condition, status string }
	counts := map[label]float64{}
	for kind, types := range conditionTypes {
		for _, t := range types {
			for _, s := range []string{"True", "False", "Unknown"} {
				counts[label{string(kind), string(t), s}] = 0 // alerts need a zero before the first fault
			}
		}
	}
	for _, r := range c.opts.Reports() {
		for _, cond := range r.Status.Conditions {
			counts[label{string(r.Key.Kind), cond.Type, string(cond.Status)}]++
		}
		if r.Key.Kind == spec.KindContainer {
			ch <- prometheus.MustNewConstMetric(c.restarts, prometheus.GaugeValue,
				float64(r.Status.Restarts), r.Key.Namespace, r.Key.Name)
		}
	}
	for l, n := range counts {
		ch <- prometheus.MustNewConstMetric(c.objects, prometheus.GaugeValue, n, l.kind, l.condition, l.status)
	}
}

func (c *collector) collectEngine(ch chan<- prometheus.Metric) {
	if c.opts.Engine == nil {
		return
	}
	e := c.opts.Engine()
	gauge := func(desc *prometheus.Desc, v float64) {
		ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, v)
	}
	gauge(c.engineUp, boolValue(e.Connected))
	gauge(c.watchUp, boolValue(e.WatchHealthy))
	ch <- prometheus.MustNewConstMetric(c.watchRestarts, prometheus.CounterValue, float64(e.Reconnects))
	if !e.LastRelist.IsZero() {
		gauge(c.relist, float64(e.LastRelist.UnixNano())/1e9)
	}
}

func boolValue(v bool) float64 {
	if v {
		return 1
	}
	return 0
}
