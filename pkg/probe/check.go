// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Kind is what a probe is for.
type Kind string

// The kinds of probes.
const (
	Startup   Kind = "startup"
	Readiness Kind = "readiness"
	Liveness  Kind = "liveness"
)

// Checker runs a probe once.
type Checker interface {
	// Check looks once, within the probe's limit.
	Check(context.Context, *Check) Outcome
}

// Outcome is what one run of a probe came to.
type Outcome struct {
	Verdict Verdict
	// Seen is, for a failure, what was seen.
	Seen string
}

// Verdict is what one run says.
type Verdict int

// The verdicts.
const (
	// Unknown says nothing: it could not be looked, for no fault of the container.
	Unknown Verdict = iota
	Success
	Failure
)

// Check is one probe of one run of a container.
type Check struct {
	Kind  Kind
	Probe *spec.Probe
	// Target is the container as it was known when the check was taken.
	Target plan.ProbeTarget

	watch  *watch
	result plan.ProbeResult
	// successes counts those in a row.
	successes int
	due       time.Time
	// at is its place in the queue; negative when it is not there.
	at            int
	running, gone bool
	// notes are the checker's own; only one run uses them at a time.
	notes notes
}

// State is the verdict until now.
func (c *Check) State() plan.ProbeState { return c.result.State }

// Due is when it is to run next.
func (c *Check) Due() time.Time { return c.due }

// learn counts an outcome.
func (c *Check) learn(o Outcome) {
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
		c.result.Seen = o.Seen
		if c.result.Failures >= c.Probe.Failures() {
			c.result.State = plan.ProbeFailed
		}
	}
}

// tells reports that something changed since before that is to be told. Failures
// beyond those that count are not.
func (c *Check) tells(before plan.ProbeResult) bool {
	now, limit := c.result, c.Probe.Failures()
	now.Failures, before.Failures = min(now.Failures, limit), min(before.Failures, limit)
	return now != before
}

// queue is a heap of checks by due time.
type queue []*Check

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].due.Before(q[j].due) }
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].at, q[j].at = i, j
}

// Push is heap's.
func (q *queue) Push(x any) {
	c := x.(*Check)
	c.at = len(*q)
	*q = append(*q, c)
}

// Pop is heap's.
func (q *queue) Pop() any {
	last := len(*q) - 1
	c := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	c.at = -1
	return c
}
