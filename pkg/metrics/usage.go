// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Usage is the last sample of a container.
type Usage struct {
	Namespace, Name string
	Stats           engine.Stats
}

// usage is a metric of each sampled container.
type usage struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(engine.Stats) float64
}

// nanosPerSecond converts nanoseconds to seconds.
const nanosPerSecond = 1e9

func newUsages() []usage {
	var out []usage
	add := func(kind prometheus.ValueType, name, help string, value func(engine.Stats) float64) {
		desc := prometheus.NewDesc(namespace+"_container_"+name, help, []string{"namespace", "name"}, nil)
		out = append(out, usage{desc, kind, value})
	}
	counter := func(name, help string, value func(engine.Stats) uint64) {
		add(prometheus.CounterValue, name, help, func(s engine.Stats) float64 { return float64(value(s)) })
	}
	gauge := func(name, help string, value func(engine.Stats) uint64) {
		add(prometheus.GaugeValue, name, help, func(s engine.Stats) float64 { return float64(value(s)) })
	}
	add(prometheus.CounterValue, "cpu_seconds_total", "CPU time used by this run.",
		func(s engine.Stats) float64 { return float64(s.CPUNanos) / nanosPerSecond })
	add(prometheus.CounterValue, "cpu_throttled_seconds_total", "Time for which the CPU limit throttled the container.",
		func(s engine.Stats) float64 { return float64(s.CPUThrottledNanos) / nanosPerSecond })
	counter("cpu_periods_total", "Enforcement periods of the CPU limit.", func(s engine.Stats) uint64 { return s.CPUPeriods })
	counter("cpu_throttled_periods_total", "Enforcement periods in which the CPU limit throttled the container.",
		func(s engine.Stats) uint64 { return s.CPUThrottledPeriods })
	gauge("memory_used_bytes", "Memory in use, without reclaimable file cache.",
		func(s engine.Stats) uint64 { return s.MemoryBytes })
	gauge("memory_limit_bytes", "Memory limit; without one, the memory of the engine's host.",
		func(s engine.Stats) uint64 { return s.MemoryLimit })
	counter("network_receive_bytes_total", "Bytes received over all networks.", func(s engine.Stats) uint64 { return s.NetworkRxBytes })
	counter("network_transmit_bytes_total", "Bytes sent over all networks.", func(s engine.Stats) uint64 { return s.NetworkTxBytes })
	counter("network_receive_errors_total", "Receive errors over all networks.", func(s engine.Stats) uint64 { return s.NetworkRxErrors })
	counter("network_transmit_errors_total", "Transmit errors over all networks.", func(s engine.Stats) uint64 { return s.NetworkTxErrors })
	counter("block_read_bytes_total", "Bytes read from block devices.", func(s engine.Stats) uint64 { return s.BlockReadBytes })
	counter("block_written_bytes_total", "Bytes written to block devices.", func(s engine.Stats) uint64 { return s.BlockWriteBytes })
	gauge("pids", "Processes and threads.", func(s engine.Stats) uint64 { return s.PIDs })
	return out
}

func (c *collector) collectUsage(ch chan<- prometheus.Metric) {
	if c.opts.Usage == nil {
		return
	}
	for _, container := range c.opts.Usage() {
		for _, u := range c.usages {
			ch <- prometheus.MustNewConstMetric(u.desc, u.kind, u.value(container.Stats), container.Namespace, container.Name)
		}
	}
}
