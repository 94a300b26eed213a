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

// Entry is one line of a story: what was done, or what became true.
type Entry struct {
	// At is the virtual time since the start.
	At  time.Duration
	Key spec.Key
	// Text is the action or the condition, in words.
	Text string
}

// String is "+1.5s key text".
func (e Entry) String() string {
	return fmt.Sprintf("%9s  %-32s %s", "+"+e.At.String(), e.Key, e.Text)
}

// Tell plays the world until nothing more is to be done, or limit of virtual
// time has passed, and hands each entry to say as it happens. It reports whether
// every desired object ended Ready.
func (s *Simulator) Tell(ctx context.Context, limit time.Duration, say func(Entry)) (bool, error) {
	start := s.now
	reasons := map[spec.Key]string{}
	for ctx.Err() == nil {
		acted, err := s.pass(ctx, start, reasons, say)
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

// pass reconciles every key once.
func (s *Simulator) pass(ctx context.Context, start time.Time, reasons map[spec.Key]string, say func(Entry)) (bool, error) {
	acted := false
	for _, k := range s.World().Keys() {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		tell := func(text string) { say(Entry{At: s.now.Sub(start), Key: k, Text: text}) }
		s.Step(ctx, k, func(a plan.Action, err error) bool {
			acted = true
			text := a.String()
			if err != nil {
				text += ": " + err.Error()
			}
			tell(text)
			return true
		})
		if text := s.readiness(k); text != reasons[k] {
			reasons[k] = text
			tell(text)
		}
	}
	return acted, nil
}

// readiness is the Ready condition of a key in words.
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

// jump moves time on to when something is due; false when nothing is before end.
func (s *Simulator) jump(ctx context.Context, end time.Time) bool {
	var due []time.Time
	for _, d := range plan.Compute(s.World()).Decisions {
		if d.RequeueAfter > 0 {
			due = append(due, s.now.Add(d.RequeueAfter))
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
	if !next.After(s.now) {
		next = s.now.Add(time.Millisecond)
	}
	s.now = next
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
