// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/probe"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Checker is a probe.Checker for the containers of an in-memory engine.
type Checker struct{ Engine *memory.Engine }

// Check returns the outcome that the engine's settings define for the container.
func (c Checker) Check(_ context.Context, k *probe.Check) probe.Outcome {
	if c.Engine.Answers(k.Target.ID, string(k.Kind)) {
		return probe.Outcome{Verdict: probe.Success}
	}
	return probe.Outcome{Verdict: probe.Failure, Message: "no answer"}
}

// runProbes runs the probes that are due.
func (s *Simulator) runProbes(ctx context.Context) {
	s.World() // updates the probed containers
	for {
		c, due := s.Probes.Take(s.Time)
		if !due {
			return
		}
		s.Probes.Finish(c, Checker{s.Engine}.Check(ctx, c), s.Time)
	}
}

// ProbesDue returns, by key, the next run of each probe whose state can still
// change. Other probes are left out because they would run forever.
func (s *Simulator) ProbesDue(ctx context.Context) map[spec.Key]time.Time {
	s.World() // updates the probed containers
	due := map[spec.Key]time.Time{}
	for _, c := range s.Probes.Pending() {
		want := plan.ProbeFailed
		if (Checker{s.Engine}).Check(ctx, c).Verdict == probe.Success {
			want = plan.ProbePassed
		}
		k := c.Target.Key
		if at, known := due[k]; c.State() != want && (!known || c.Due().Before(at)) {
			due[k] = c.Due()
		}
	}
	return due
}
