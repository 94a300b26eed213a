// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/client-go/util/workqueue"
)

var _ workqueue.MetricsProvider = (*Metrics)(nil)

func (m *Metrics) makeQueue() {
	buckets := prometheus.ExponentialBuckets(0.0001, 10, 8)
	m.queueDepth = gauge("workqueue_depth", "Keys that wait for a worker.", "name")
	m.queueAdds = counter("workqueue_adds_total", "Keys added to the queue.", "name")
	m.queueSeconds = histogram("workqueue_queue_duration_seconds", "How long keys waited for a worker.", buckets, "name")
	m.workSeconds = histogram("workqueue_work_duration_seconds", "How long workers took for a key.", buckets, "name")
	m.unfinishedSeconds = gauge("workqueue_unfinished_work_seconds", "Sum of how long the passes under way have taken so far.", "name")
	m.longestSeconds = gauge("workqueue_longest_running_processor_seconds", "How long the longest pass under way has taken so far.", "name")
	m.queueRetries = counter("workqueue_retries_total", "Keys added to come again later.", "name")
}

// NewDepthMetric is the gauge of waiting keys.
func (m *Metrics) NewDepthMetric(name string) workqueue.GaugeMetric {
	return m.queueDepth.WithLabelValues(name)
}

// NewAddsMetric is the counter of added keys.
func (m *Metrics) NewAddsMetric(name string) workqueue.CounterMetric {
	return m.queueAdds.WithLabelValues(name)
}

// NewLatencyMetric is the histogram of waiting times.
func (m *Metrics) NewLatencyMetric(name string) workqueue.HistogramMetric {
	return m.queueSeconds.WithLabelValues(name)
}

// NewWorkDurationMetric is the histogram of working times.
func (m *Metrics) NewWorkDurationMetric(name string) workqueue.HistogramMetric {
	return m.workSeconds.WithLabelValues(name)
}

// NewUnfinishedWorkSecondsMetric is the gauge of work under way.
func (m *Metrics) NewUnfinishedWorkSecondsMetric(name string) workqueue.SettableGaugeMetric {
	return m.unfinishedSeconds.WithLabelValues(name)
}

// NewLongestRunningProcessorSecondsMetric is the gauge of the longest pass.
func (m *Metrics) NewLongestRunningProcessorSecondsMetric(name string) workqueue.SettableGaugeMetric {
	return m.longestSeconds.WithLabelValues(name)
}

// NewRetriesMetric is the counter of keys that come again.
func (m *Metrics) NewRetriesMetric(name string) workqueue.CounterMetric {
	return m.queueRetries.WithLabelValues(name)
}
