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
func (s *state) recordEdits(old desired) {
	for k := range s.edited {
		if _, desired := s.desired.set.Objects[k]; !desired {
			delete(s.edited, k)
		}
	}
	if old.version == 0 {
		return
	}
	at := s.desired.set.Noticed
	if at.IsZero() {
		at = s.cfg.Now()
	}
	for k, obj := range s.desired.set.Objects {
		if before, found := old.set.Objects[k]; !found || before.Generation != obj.Generation {
			s.edited[k] = at
		}
	}
}

// readied returns how long it took an edited object to become Ready, once for
// each edit. The lock is held.
func (s *state) readied(r status.Report) (time.Duration, bool) {
	at, edited := s.edited[r.Key]
	current := r.Status.ObservedGeneration == s.desired.set.Objects[r.Key].Generation
	if !edited || !current || !condition.IsTrue(r.Status.Conditions, condition.Ready) {
		return 0, false
	}
	delete(s.edited, r.Key)
	return max(s.cfg.Now().Sub(at), 0), true
}

// cameBack returns the time between an unexpected end of a container and its next
// start, by the engine's clock. The lock is held.
func (s *state) cameBack(old, next status.Report) (time.Duration, bool) {
	m := s.remember(next.Key)
	was, is := old.Run, next.Run
	if !is.Live() {
		phase := plan.Phase(next.Status.Phase)
		m.endExpected = m.endExpected || s.history[next.Key].Stopped || phase == plan.PhaseStopped || phase == plan.PhaseCompleted
		return 0, false
	}
	expected := m.endExpected
	m.endExpected = false
	if expected || was.FinishedAt.IsZero() || was.ContainerID != is.ContainerID || is.StartedAt.Before(was.FinishedAt) {
		return 0, false
	}
	return is.StartedAt.Sub(was.FinishedAt), true
}
