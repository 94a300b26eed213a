// SPDX-License-Identifier: Apache-2.0

package stats

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Sample is what a run of a container uses at a time.
type Sample struct {
	Key spec.Key
	ID  engine.ID
	// StartedAt tells the run.
	StartedAt time.Time
	// Stats are the counters as the engine gave them.
	Stats engine.Stats
	// CPUPercent is the share of one CPU since the sample before, of a run's first
	// sample since its start: 150 is one and a half.
	CPUPercent float64
	// MemoryPercent is the share of the memory limit.
	MemoryPercent float64
	// ThrottledPercent is the share of the CPU limit's periods that were cut short
	// since the sample before.
	ThrottledPercent float64
	Pressure         plan.Pressure
}

// next is the sample that follows on before in the same run; nil means that it is
// the first.
func next(t plan.UsageTarget, s engine.Stats, before *Sample) Sample {
	out := Sample{
		Key: t.Key, ID: t.ID, StartedAt: t.StartedAt, Stats: s,
		MemoryPercent: share(float64(s.MemoryBytes), float64(s.MemoryLimit)),
	}
	var base engine.Stats
	var pressure plan.Pressure
	since := t.StartedAt
	if before != nil {
		base, since, pressure = before.Stats, before.Stats.Time, before.Pressure
		out.ThrottledPercent = share(
			grown(base.CPUThrottledPeriods, s.CPUThrottledPeriods), grown(base.CPUPeriods, s.CPUPeriods))
	}
	out.CPUPercent = share(grown(base.CPUNanos, s.CPUNanos), float64(s.Time.Sub(since)))
	out.Pressure = t.Thresholds.Judge(pressure, out.MemoryPercent, out.ThrottledPercent)
	return out
}

// grown is by how much a counter grew; one that fell began anew.
func grown(before, now uint64) float64 {
	if now < before {
		return float64(now)
	}
	return float64(now - before)
}

// share is part of whole in percent; zero when there is no whole.
func share(part, whole float64) float64 {
	if whole <= 0 {
		return 0
	}
	return 100 * part / whole
}
