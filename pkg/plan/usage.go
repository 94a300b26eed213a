// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"strconv"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Thresholds are the percentages from which a container is under pressure. Zero
// disables a threshold.
type Thresholds struct {
	// Memory is the percentage of the memory limit in use, or of the host's memory
	// if there is no limit.
	Memory float64
	// Throttled is the percentage of the CPU periods in which the CPU limit
	// throttled the container.
	Throttled float64
}

// Pressure reports which resources of a container are scarce.
type Pressure struct{ Memory, CPU bool }

// relief is the part of a threshold below which pressure ends, so that it does
// not change with each sample near the threshold.
const relief = 0.9

// NextPressure returns the pressure after a sample with those percentages.
// before is the pressure until then.
func (t Thresholds) NextPressure(before Pressure, memory, throttled float64) Pressure {
	return Pressure{
		Memory: presses(before.Memory, memory, t.Memory),
		CPU:    presses(before.CPU, throttled, t.Throttled),
	}
}

func presses(before bool, share, threshold float64) bool {
	if before {
		threshold *= relief
	}
	return threshold > 0 && share >= threshold
}

// Usage describes how one run of a container uses its resources.
type Usage struct {
	// StartedAt identifies the run; the usage of an earlier run does not count.
	StartedAt time.Time
	Pressure  Pressure
}

// Usages holds the usage of each sampled container.
type Usages map[engine.ID]Usage

// UsageTarget is a running container to sample.
type UsageTarget struct {
	Key        spec.Key
	ID         engine.ID
	StartedAt  time.Time
	Thresholds Thresholds
}

// UsageTargets returns the running containers that are desired, sorted by key.
func (w World) UsageTargets() []UsageTarget {
	var targets []UsageTarget
	for _, k := range w.index.keys {
		desired := w.Desired.Objects[k]
		if desired.Container == nil {
			continue
		}
		obj, found := w.Container(k)
		if !found || obj.Container.Status != engine.StatusRunning {
			continue
		}
		targets = append(targets, UsageTarget{
			Key: k, ID: obj.ID, StartedAt: obj.Container.StartedAt, Thresholds: w.thresholds(desired),
		})
	}
	return targets
}

// thresholds returns the thresholds of an object. Its annotations override the
// thresholds of the world.
func (w World) thresholds(obj spec.Object) Thresholds {
	t := w.Thresholds
	for name, to := range map[string]*float64{
		spec.AnnotationMemoryPressure: &t.Memory, spec.AnnotationCPUThrottled: &t.Throttled,
	} {
		if v, err := strconv.ParseFloat(obj.Metadata.Annotations[name], 64); err == nil {
			*to = v
		}
	}
	return t
}

// pressures returns the conditions of a container that is under pressure. Their
// messages state the threshold and not the sample, because each change of a
// message is published.
func (v view) pressures() []condition.Condition {
	if v.state == nil || v.state.Status != engine.StatusRunning {
		return nil
	}
	u := v.w.Usages[v.incs.main.obj.ID]
	if !u.StartedAt.Equal(v.state.StartedAt) {
		return nil
	}
	t := v.w.thresholds(v.obj)
	var out []condition.Condition
	if u.Pressure.Memory {
		of := "the memory of the engine's host"
		if limit := v.obj.Container.Resources.Limits.Memory; limit != 0 {
			of = "its memory limit of " + limit.String()
		}
		out = append(out, v.newCondition(condition.MemoryPressure, true, condition.ReasonMemoryNearLimit,
			fmt.Sprintf("uses at least %s%% of %s", percent(t.Memory), of)))
	}
	if u.Pressure.CPU {
		out = append(out, v.newCondition(condition.CPUThrottled, true, condition.ReasonCPULimitReached,
			fmt.Sprintf("throttled by its CPU limit in at least %s%% of the periods", percent(t.Throttled))))
	}
	return out
}

func percent(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
