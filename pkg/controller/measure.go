// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// noteEdits notes which objects have another generation than in the desired state
// before, and since when. What the controller found at its start was not edited.
// The lock is held.
func (c *Controller) noteEdits(old desired) {
	for k := range c.edited {
		if _, desired := c.desired.set.Objects[k]; !desired {
			delete(c.edited, k)
		}
	}
	if old.version == 0 {
		return
	}
	at := c.desired.set.Noticed
	if at.IsZero() {
		at = c.cfg.Now()
	}
	for k, obj := range c.desired.set.Objects {
		if before, found := old.set.Objects[k]; !found || before.Generation != obj.Generation {
			c.edited[k] = at
		}
	}
}

// readied is how long it took an edited object to become Ready, told once. The
// lock is held.
func (c *Controller) readied(r status.Report) (time.Duration, bool) {
	at, edited := c.edited[r.Key]
	current := r.Status.ObservedGeneration == c.desired.set.Objects[r.Key].Generation
	if !edited || !current || !condition.IsTrue(r.Status.Conditions, condition.Ready) {
		return 0, false
	}
	delete(c.edited, r.Key)
	return max(c.cfg.Now().Sub(at), 0), true
}

// cameBack is for how long a container was away that has ended unasked and runs
// again, by the engine's clock. The lock is held.
func (c *Controller) cameBack(m *memory, next status.Report) (time.Duration, bool) {
	was, is := m.report.Run, next.Run
	if !is.Live() {
		phase := plan.Phase(next.Status.Phase)
		m.asked = m.asked || c.history[next.Key].Stopped || phase == plan.PhaseStopped || phase == plan.PhaseCompleted
		return 0, false
	}
	asked := m.asked
	m.asked = false
	if asked || was.FinishedAt.IsZero() || was.ContainerID != is.ContainerID || is.StartedAt.Before(was.FinishedAt) {
		return 0, false
	}
	return is.StartedAt.Sub(was.FinishedAt), true
}
