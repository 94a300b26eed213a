// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Kind is the purpose of a probe.
type Kind string

// The kinds of probes.
const (
	Startup   Kind = "startup"
	Readiness Kind = "readiness"
	Liveness  Kind = "liveness"
)

// kinds lists the kinds in the order in which they are started.
var kinds = []Kind{Startup, Readiness, Liveness}

// probeOf returns the probe of kind k, or nil if p has none.
func (k Kind) probeOf(p *spec.Probes) *spec.Probe {
	switch k {
	case Startup:
		return p.Startup
	case Readiness:
		return p.Readiness
	}
	return p.Liveness
}

// Checker runs a probe once.
type Checker interface {
	// Check runs the probe of the check once and returns before its timeout.
	Check(context.Context, *Check) Outcome
}

// Outcome is the outcome of one run of a probe.
type Outcome struct {
	Verdict Verdict
	// Message describes a failure; it is empty otherwise.
	Message string
}

// Verdict is the verdict of one run of a probe.
type Verdict int

// The verdicts.
const (
	// Unknown means that the probe could not be run for a reason other than the
	// container. It does not change the state.
	Unknown Verdict = iota
	Success
	Failure
)

// Check is one probe of one run of a container.
type Check struct {
	Kind  Kind
	Probe *spec.Probe
	// Target is the container as observed when the check was taken.
	Target plan.ProbeTarget

	watch  *watch
	result plan.ProbeResult
	// successes counts consecutive successes.
	successes int
	due       time.Time
	// index is the position in the queue; negative when the check is not queued.
	index            int
	running, removed bool
	// dialState belongs to the Dialer; only one run uses it at a time.
	dialState dialState
}

// State returns the state after the latest run.
func (c *Check) State() plan.ProbeState { return c.result.State }

// Due returns the time of the next run.
func (c *Check) Due() time.Time { return c.due }

// recordOutcome counts an outcome towards the thresholds of the probe.
func (c *Check) recordOutcome(o Outcome) {
	switch o.Verdict {
	case Success:
		c.successes++
		c.result.Failures, c.result.Seen = 0, ""
		if c.successes >= c.Probe.Successes() {
			c.result.State = plan.ProbePassed
		}
	case Failure:
		c.successes = 0
		c.result.Failures++
		c.result.Seen = o.Message
		if c.result.Failures >= c.Probe.Failures() {
			c.result.State = plan.ProbeFailed
		}
	}
}

// changedSince reports whether the result differs from before. Failures beyond
// the threshold are ignored.
func (c *Check) changedSince(before plan.ProbeResult) bool {
	now, limit := c.result, c.Probe.Failures()
	now.Failures, before.Failures = min(now.Failures, limit), min(before.Failures, limit)
	return now != before
}

// queue is a heap of checks ordered by due time. It implements heap.Interface.
type queue []*Check

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].due.Before(q[j].due) }
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push appends a check.
func (q *queue) Push(x any) {
	c := x.(*Check)
	c.index = len(*q)
	*q = append(*q, c)
}

// Pop removes and returns the last check.
func (q *queue) Pop() any {
	last := len(*q) - 1
	c := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	c.index = -1
	return c
}
