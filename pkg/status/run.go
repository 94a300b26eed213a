// SPDX-License-Identifier: Apache-2.0

package status

import "time"

// Run is one run of a container, from a start to an end, by the engine's clock.
type Run struct {
	ContainerID string
	// StartedAt is zero before the first start, FinishedAt while it runs.
	StartedAt, FinishedAt time.Time
	// WritesFrom is from when on what the container writes is of this run: some
	// time before the start, of which an engine tells when the container may
	// have written already. Zero before the first start.
	WritesFrom time.Time
}

// Live reports that the run goes on.
func (r Run) Live() bool { return !r.StartedAt.IsZero() && r.FinishedAt.IsZero() }

// early is how long before the start that the engine tells a container may have
// written: it was a millisecond when it was measured.
const early = 50 * time.Millisecond

// after sets the run apart from the one before, of the same container, which it
// returns, as the report before has it.
func (r *Run) after(prev Report) Run {
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
