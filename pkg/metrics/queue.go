// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/client-go/util/workqueue"
)

var _ workqueue.MetricsProvider = (*Metrics)(nil)

func (m *Metrics) createQueue() {
	buckets := prometheus.ExponentialBuckets(0.0001, 10, 8)
	m.queueDepth = gauge("workqueue_depth", "Keys waiting for a worker.", "name")
	m.queueAdds = counter("workqueue_adds_total", "Keys added to the queue.", "name")
	m.queueSeconds = histogram("workqueue_queue_duration_seconds", "Time that keys waited for a worker.", buckets, "name")
	m.workSeconds = histogram("workqueue_work_duration_seconds", "Time that workers spent on a key.", buckets, "name")
	m.unfinishedSeconds = gauge("workqueue_unfinished_work_seconds", "Total time spent so far on unfinished keys.", "name")
	m.longestSeconds = gauge("workqueue_longest_running_processor_seconds", "Time spent so far on the oldest unfinished key.", "name")
	m.queueRetries = counter("workqueue_retries_total", "Keys added again after a delay.", "name")
}

// NewDepthMetric returns the gauge of waiting keys.
func (m *Metrics) NewDepthMetric(name string) workqueue.GaugeMetric {
	return m.queueDepth.WithLabelValues(name)
}

// NewAddsMetric returns the counter of added keys.
func (m *Metrics) NewAddsMetric(name string) workqueue.CounterMetric {
	return m.queueAdds.WithLabelValues(name)
}

// NewLatencyMetric returns the histogram of waiting times.
func (m *Metrics) NewLatencyMetric(name string) workqueue.HistogramMetric {
	return m.queueSeconds.WithLabelValues(name)
}

// NewWorkDurationMetric returns the histogram of working times.
func (m *Metrics) NewWorkDurationMetric(name string) workqueue.HistogramMetric {
	return m.workSeconds.WithLabelValues(name)
}

// NewUnfinishedWorkSecondsMetric returns the gauge of unfinished work.
func (m *Metrics) NewUnfinishedWorkSecondsMetric(name string) workqueue.SettableGaugeMetric {
	return m.unfinishedSeconds.WithLabelValues(name)
}

// NewLongestRunningProcessorSecondsMetric returns the gauge of the oldest
// unfinished key.
func (m *Metrics) NewLongestRunningProcessorSecondsMetric(name string) workqueue.SettableGaugeMetric {
	return m.longestSeconds.WithLabelValues(name)
}

// NewRetriesMetric returns the counter of keys added again after a delay.
func (m *Metrics) NewRetriesMetric(name string) workqueue.CounterMetric {
	return m.queueRetries.WithLabelValues(name)
}
