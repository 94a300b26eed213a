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

// Thresholds say from when on a container is under pressure, in percent. Zero
// means never.
type Thresholds struct {
	// Memory is the share of the memory limit that is in use; of the host's
	// memory where there is no limit.
	Memory float64
	// Throttled is the share of the CPU limit's periods that were cut short.
	Throttled float64
}

// Pressure is what a container suffers from.
type Pressure struct{ Memory, CPU bool }

// relief is the share of a threshold below which pressure is over: what stays
// near the threshold does not come and go with each sample.
const relief = 0.9

// Judge is the pressure that follows on before with a sample of those shares.
func (t Thresholds) Judge(before Pressure, memory, throttled float64) Pressure {
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

// Usage is what is known of how a run of a container uses its resources.
type Usage struct {
	// StartedAt tells the run: what an earlier one used says nothing.
	StartedAt time.Time
	Pressure  Pressure
}

// Usages are those of the containers that were sampled.
type Usages map[engine.ID]Usage

// UsageTarget is a running container to sample.
type UsageTarget struct {
	Key        spec.Key
	ID         engine.ID
	StartedAt  time.Time
	Thresholds Thresholds
}

// UsageTargets are the running containers that are desired, sorted by key.
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

// thresholds are those of the object's annotations, else those of the world.
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

// pressures are the conditions of a container that is under pressure. Their
// messages hold no figures that move: a report that says the same is no news.
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
		out = append(out, v.make(condition.MemoryPressure, true, condition.ReasonMemoryNearLimit,
			fmt.Sprintf("uses at least %s%% of %s", percent(t.Memory), of)))
	}
	if u.Pressure.CPU {
		out = append(out, v.make(condition.CPUThrottled, true, condition.ReasonCPULimitReached,
			fmt.Sprintf("throttled by its CPU limit in at least %s%% of the periods", percent(t.Throttled))))
	}
	return out
}

func percent(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
