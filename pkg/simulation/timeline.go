// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Entry is one line of the timeline of a simulation: an action, or a change of
// the condition Ready.
type Entry struct {
	// At is the virtual time since the start of the simulation.
	At  time.Duration
	Key spec.Key
	// Text describes the action or the condition.
	Text string
}

// String returns "+1.5s key text" in columns.
func (e Entry) String() string {
	return fmt.Sprintf("%9s  %-32s %s", "+"+e.At.String(), e.Key, e.Text)
}

// Run simulates until there is nothing left to do, or until limit of virtual time
// has passed. It calls report with each entry of the timeline. It returns whether
// every desired object ended Ready, and an error if ctx ends.
func (s *Simulator) Run(ctx context.Context, limit time.Duration, report func(Entry)) (bool, error) {
	start := s.Time
	readiness := map[spec.Key]string{}
	for ctx.Err() == nil {
		acted, err := s.pass(ctx, start, readiness, report)
		if err != nil {
			return false, err
		}
		if acted {
			continue
		}
		if !s.jump(ctx, start.Add(limit)) {
			return s.allReady(), nil
		}
	}
	return false, ctx.Err()
}

// pass reconciles every key once and returns whether there was an action.
func (s *Simulator) pass(ctx context.Context, start time.Time, readiness map[spec.Key]string, report func(Entry)) (bool, error) {
	acted := false
	for _, k := range s.World().Keys() {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		add := func(text string) { report(Entry{At: s.Time.Sub(start), Key: k, Text: text}) }
		s.Step(ctx, k, func(a plan.Action, err error) bool {
			acted = true
			text := a.String()
			if err != nil {
				text += ": " + err.Error()
			}
			add(text)
			return true
		})
		if text := s.readiness(k); text != readiness[k] {
			readiness[k] = text
			add(text)
		}
	}
	return acted, nil
}

// readiness describes the condition Ready of a key; empty when there is none.
func (s *Simulator) readiness(k spec.Key) string {
	w := s.World()
	ready := condition.Find(plan.Conditions(w, plan.Decide(w, k), nil), condition.Ready)
	if ready == nil {
		return ""
	}
	if ready.Status == "True" {
		return "is Ready"
	}
	message, _, _ := strings.Cut(ready.Message, "\n")
	return strings.TrimSuffix("is not Ready: "+ready.Reason+": "+message, ": ")
}

// jump advances the time to the next event; it returns false when there is none
// before end.
func (s *Simulator) jump(ctx context.Context, end time.Time) bool {
	var due []time.Time
	for _, d := range plan.Compute(s.World()).Decisions {
		if d.RequeueAfter > 0 {
			due = append(due, s.Time.Add(d.RequeueAfter))
		}
	}
	if at, ok := s.Engine.NextChange(); ok {
		due = append(due, at)
	}
	due = slices.AppendSeq(due, maps.Values(s.ProbesDue(ctx)))
	if len(due) == 0 {
		return false
	}
	next := slices.MinFunc(due, time.Time.Compare)
	if next.After(end) {
		return false
	}
	if !next.After(s.Time) {
		next = s.Time.Add(time.Millisecond)
	}
	s.Time = next
	return true
}

func (s *Simulator) allReady() bool {
	w := s.World()
	for _, k := range w.Keys() {
		if !condition.IsTrue(plan.Conditions(w, plan.Decide(w, k), nil), condition.Ready) {
			return false
		}
	}
	return true
}
