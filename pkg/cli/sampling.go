// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"time"

	"github.com/spf13/pflag"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/logging"
	"github.com/pact-toolbox/reconciler/pkg/metrics"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/stats"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// sampling says how often containers are sampled, and when they use too much.
type sampling struct {
	// interval is zero when they are not sampled.
	interval   time.Duration
	thresholds plan.Thresholds
}

func (s *sampling) register(flags *pflag.FlagSet) {
	flags.DurationVar(&s.interval, "metrics-interval", 10*time.Second, "how often it is sampled what containers use; 0 means never")
	flags.Float64Var(&s.thresholds.Memory, "memory-pressure-percent", 90,
		"the share of its memory limit from which a container has MemoryPressure; 0 means never")
	flags.Float64Var(&s.thresholds.Throttled, "cpu-throttled-percent", 25,
		"the share of time slices cut short by its CPU limit from which a container is CPUThrottled; 0 means never")
	Constrain(flags, "metrics-interval", s.checkInterval)
	Constrain(flags, "memory-pressure-percent", percentage(&s.thresholds.Memory))
	Constrain(flags, "cpu-throttled-percent", percentage(&s.thresholds.Throttled))
}

// minInterval is the time that an engine needs for one round.
const minInterval = time.Second

func (s *sampling) checkInterval() error {
	if s.interval != 0 && s.interval < minInterval {
		return errors.New("want 1s or more, or 0 for never")
	}
	return nil
}

// sample makes the sampler of the stack; nil when nothing is to be sampled.
func (s *stack) sample(e engine.Engine, opts stackOptions) controller.Sampler {
	if opts.sampling.interval == 0 {
		return nil
	}
	s.sampler = stats.New(e, stats.Options{Interval: opts.sampling.interval, OnRound: s.sampled, Logger: logging.Of(opts.log, "stats")})
	return s.sampler
}

// sampled takes in a round of samples.
func (s *stack) sampled(round stats.Round) {
	all := make(map[spec.Key]status.Measured, len(round.Samples))
	for _, sample := range round.Samples {
		all[sample.Key] = status.Measured{
			Run:     status.Run{ContainerID: sample.ID.Value, StartedAt: sample.StartedAt},
			Metrics: metricsOf(sample),
		}
	}
	s.store.Measure(all)
	s.metrics.Sampled(round.Read, round.Failed, round.Took)
	if s.notifier == nil {
		return
	}
	for _, sample := range round.New {
		s.notifier.Metrics(sample.Key, metricsOf(sample))
	}
}

// usageMetrics are the last samples for a scrape.
func (s *stack) usageMetrics() []metrics.Usage {
	if s.sampler == nil {
		return nil
	}
	var out []metrics.Usage
	for _, sample := range s.sampler.Samples() {
		out = append(out, metrics.Usage{Namespace: sample.Key.Namespace, Name: sample.Key.Name, Stats: sample.Stats})
	}
	return out
}

// metricsOf is a sample as the status shows it.
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
