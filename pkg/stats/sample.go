// SPDX-License-Identifier: Apache-2.0

package stats

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Sample is the resource usage of a run of a container at one time.
type Sample struct {
	Key spec.Key
	ID  engine.ID
	// StartedAt identifies the run.
	StartedAt time.Time
	// Stats holds the counters as reported by the engine.
	Stats engine.Stats
	// CPUPercent is the CPU time in percent of one CPU since the previous sample,
	// or since the start of the run for its first sample: 150 means one and a half
	// CPUs.
	CPUPercent float64
	// MemoryPercent is the used memory in percent of the limit; zero without a
	// limit.
	MemoryPercent float64
	// ThrottledPercent is the share of CPU periods in which the limit throttled the
	// run, since the previous sample.
	ThrottledPercent float64
	Pressure         plan.Pressure
}

// nextSample returns the sample of s. The previous sample of the run is before;
// nil means that s is the first.
func nextSample(t plan.UsageTarget, s engine.Stats, before *Sample) Sample {
	out := Sample{
		Key: t.Key, ID: t.ID, StartedAt: t.StartedAt, Stats: s,
		MemoryPercent: percent(float64(s.MemoryBytes), float64(s.MemoryLimit)),
	}
	var base engine.Stats
	var pressure plan.Pressure
	since := t.StartedAt
	if before != nil {
		base, since, pressure = before.Stats, before.Stats.Time, before.Pressure
		out.ThrottledPercent = percent(
			increase(base.CPUThrottledPeriods, s.CPUThrottledPeriods), increase(base.CPUPeriods, s.CPUPeriods))
	}
	out.CPUPercent = percent(increase(base.CPUNanos, s.CPUNanos), float64(s.Time.Sub(since)))
	out.Pressure = t.Thresholds.NextPressure(pressure, out.MemoryPercent, out.ThrottledPercent)
	return out
}

// increase returns the increase of a counter. A counter that decreased was reset.
func increase(before, now uint64) float64 {
	if now < before {
		return float64(now)
	}
	return float64(now - before)
}

// percent returns part in percent of whole; zero if whole is not positive.
func percent(part, whole float64) float64 {
	if whole <= 0 {
		return 0
	}
	return 100 * part / whole
}
