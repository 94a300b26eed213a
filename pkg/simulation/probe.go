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

// Checker has the containers of an in-memory engine answer probes.
type Checker struct{ Engine *memory.Engine }

// Check asks the engine what the container would answer.
func (c Checker) Check(_ context.Context, k *probe.Check) probe.Outcome {
	if c.Engine.Answers(k.Target.ID, string(k.Kind)) {
		return probe.Outcome{Verdict: probe.Success}
	}
	return probe.Outcome{Verdict: probe.Failure, Seen: "no answer"}
}

// newProbes run at exact times: a simulation comes out the same every time.
func newProbes() *probe.Schedule { return probe.NewSchedule(probe.Jitter{}) }

// probe runs the probes that are due.
func (s *Simulator) probe(ctx context.Context) {
	s.World() // it watches what is there now
	for {
		c, due := s.probes.Take(s.now)
		if !due {
			return
		}
		s.probes.Finish(c, Checker{s.Engine}.Check(ctx, c), s.now)
	}
}

// ProbesDue are the times of those probes which may change what is known of their
// keys: for the others there would be no end.
func (s *Simulator) ProbesDue(ctx context.Context) map[spec.Key]time.Time {
	s.World() // it watches what is there now
	due := map[spec.Key]time.Time{}
	for _, c := range s.probes.Pending() {
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
