// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// recordEdits records when the generation of desired objects changed. Objects of
// the first desired state were not edited. The lock is held.
func (c *Controller) recordEdits(old desired) {
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

// readied returns how long it took an edited object to become Ready, once for
// each edit. The lock is held.
func (c *Controller) readied(r status.Report) (time.Duration, bool) {
	at, edited := c.edited[r.Key]
	current := r.Status.ObservedGeneration == c.desired.set.Objects[r.Key].Generation
	if !edited || !current || !condition.IsTrue(r.Status.Conditions, condition.Ready) {
		return 0, false
	}
	delete(c.edited, r.Key)
	return max(c.cfg.Now().Sub(at), 0), true
}

// cameBack returns the time between an unexpected end of a container and its next
// start, by the engine's clock. The lock is held.
func (c *Controller) cameBack(old, next status.Report) (time.Duration, bool) {
	m := c.remember(next.Key)
	was, is := old.Run, next.Run
	if !is.Live() {
		phase := plan.Phase(next.Status.Phase)
		m.endExpected = m.endExpected || c.history[next.Key].Stopped || phase == plan.PhaseStopped || phase == plan.PhaseCompleted
		return 0, false
	}
	expected := m.endExpected
	m.endExpected = false
	if expected || was.FinishedAt.IsZero() || was.ContainerID != is.ContainerID || is.StartedAt.Before(was.FinishedAt) {
		return 0, false
	}
	return is.StartedAt.Sub(was.FinishedAt), true
}
