// SPDX-License-Identifier: Apache-2.0

package status

import "time"

// Run is one run of a container, from a start to an end, by the engine's clock.
type Run struct {
	ContainerID string
	// StartedAt is zero before the first start, FinishedAt while it runs.
	StartedAt, FinishedAt time.Time
	// WritesFrom is the time from which on the output of the container belongs to
	// this run. It is somewhat earlier than StartedAt, because the engine takes the
	// time of a start when the container may have written already. It is zero
	// before the first start.
	WritesFrom time.Time
}

// Live reports whether the run has not ended.
func (r Run) Live() bool { return !r.StartedAt.IsZero() && r.FinishedAt.IsZero() }

// early is how long before StartedAt a container may have written. One
// millisecond was measured.
const early = 50 * time.Millisecond

// previous sets WritesFrom of the run and returns the run before it of the same
// container; zero when there is none. prev is the previous report.
func (r *Run) previous(prev Report) Run {
	again := r.ContainerID == prev.Run.ContainerID && !prev.Run.StartedAt.IsZero()
	switch {
	case again && r.StartedAt.Equal(prev.Run.StartedAt):
		r.WritesFrom = prev.Run.WritesFrom
		return prev.Earlier
	case again && !prev.Run.FinishedAt.IsZero(): // halfway between the two
		r.WritesFrom = prev.Run.FinishedAt.Add(r.StartedAt.Sub(prev.Run.FinishedAt) / 2)
		return prev.Run
	case !r.StartedAt.IsZero():
		r.WritesFrom = r.StartedAt.Add(-early)
	}
	if again {
		return prev.Run
	}
	return Run{}
}
