// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"log/slog"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/metrics"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/stats"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// newSampler sets the sampler of the stack; it returns nil when interval is zero.
func (k *stack) newSampler(e engine.Engine, interval time.Duration, log *slog.Logger) controller.Sampler {
	if interval == 0 {
		return nil
	}
	k.sampler = stats.New(e, stats.Options{Interval: interval, OnRound: k.recordSamples, Logger: log})
	return k.sampler
}

// recordSamples publishes a round of samples.
func (k *stack) recordSamples(round stats.Round) {
	all := make(map[spec.Key]status.Measured, len(round.Samples))
	for _, sample := range round.Samples {
		all[sample.Key] = status.Measured{
			Run:     status.Run{ContainerID: sample.ID.Value, StartedAt: sample.StartedAt},
			Metrics: metricsOf(sample),
		}
	}
	k.store.Measure(all)
	k.metrics.Sampled(round.Read, round.Failed, round.Took)
	if k.notifier == nil {
		return
	}
	for _, sample := range round.New {
		k.notifier.Metrics(sample.Key, metricsOf(sample))
	}
}

// usageMetrics returns the last samples for a scrape.
func (k *stack) usageMetrics() []metrics.Usage {
	if k.sampler == nil {
		return nil
	}
	var out []metrics.Usage
	for _, sample := range k.sampler.Samples() {
		out = append(out, metrics.Usage{Namespace: sample.Key.Namespace, Name: sample.Key.Name, Stats: sample.Stats})
	}
	return out
}

// metricsOf returns a sample as the status shows it.
func metricsOf(sample stats.Sample) v1alpha1.Metrics {
	c := sample.Stats
	return v1alpha1.Metrics{
		CPUPercent:      sample.CPUPercent,
		MemoryUsedBytes: c.MemoryBytes, MemoryLimitBytes: c.MemoryLimit,
		NetworkRxBytes: c.NetworkRxBytes, NetworkTxBytes: c.NetworkTxBytes,
		BlockReadBytes: c.BlockReadBytes, BlockWriteBytes: c.BlockWriteBytes,
		PIDs: c.PIDs, SampledAt: c.Time.UTC(),
	}
}
