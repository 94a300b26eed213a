// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"container/heap"
	"maps"
	"reflect"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Schedule holds which probes are due when, and what they have come to. It is
// moved on by its methods alone, and is not safe for concurrent use.
type Schedule struct {
	// jitter is by how much to put off the first run, and each further one, of a
	// probe with this period; it may be negative for the latter.
	jitter  Jitter
	watches map[engine.ID]*watch
	due     queue
	// results are those of the watches; nil when they have to be gathered anew.
	results plan.Probes
}

// Jitter spreads probes. Nil functions put nothing off.
type Jitter struct {
	// First delays the first run of a probe with that period, Next each further one.
	First, Next func(period time.Duration) time.Duration
}

// watch is the probing of one run of a container.
type watch struct {
	target plan.ProbeTarget
	checks map[Kind]*Check
}

// NewSchedule makes an empty Schedule.
func NewSchedule(jitter Jitter) *Schedule {
	none := func(time.Duration) time.Duration { return 0 }
	if jitter.First == nil {
		jitter.First = none
	}
	if jitter.Next == nil {
		jitter.Next = none
	}
	return &Schedule{jitter: jitter, watches: map[engine.ID]*watch{}}
}

// Watch sets what is to be probed. What is known of a run that goes on is kept;
// a probe whose manifest changed begins anew.
func (s *Schedule) Watch(targets []plan.ProbeTarget, now time.Time) {
	gone := maps.Clone(s.watches)
	for _, t := range targets {
		old := s.watches[t.ID]
		if old == nil || !old.target.Container.StartedAt.Equal(t.Container.StartedAt) {
			s.watches[t.ID] = s.begin(t, now)
			continue
		}
		delete(gone, t.ID)
		if old.target.Probes != t.Probes && !reflect.DeepEqual(old.target.Probes, t.Probes) {
			s.revise(old, t, now)
		}
		old.target = t
	}
	for id, w := range gone {
		for _, c := range w.checks {
			s.drop(c)
		}
		if s.watches[id] == w {
			delete(s.watches, id)
		}
		s.results = nil
	}
}

// begin probes a run from its beginning.
func (s *Schedule) begin(t plan.ProbeTarget, now time.Time) *watch {
	w := &watch{target: t, checks: map[Kind]*Check{}}
	for _, k := range kinds {
		if p := k.of(t.Probes); p != nil {
			w.checks[k] = &Check{Kind: k, Probe: p, watch: w, at: -1}
		}
	}
	s.results = nil
	s.open(w, now)
	return w
}

// revise takes in that the probes of a run were changed.
func (s *Schedule) revise(w *watch, t plan.ProbeTarget, now time.Time) {
	for _, k := range kinds {
		old, p := w.checks[k], k.of(t.Probes)
		if old != nil && reflect.DeepEqual(old.Probe, p) {
			continue
		}
		if old != nil {
			s.drop(old)
			delete(w.checks, k)
		}
		if p != nil {
			w.checks[k] = &Check{Kind: k, Probe: p, watch: w, at: -1}
		}
	}
	s.results = nil
	s.open(w, now)
}

// open has those probes come up which nothing holds back.
func (s *Schedule) open(w *watch, now time.Time) {
	startup := w.checks[Startup]
	for _, k := range kinds {
		c := w.checks[k]
		held := k != Startup && startup != nil && startup.result.State != plan.ProbePassed
		done := k == Startup && c != nil && c.result.State == plan.ProbePassed
		switch {
		case c == nil || done:
		case held && c.at >= 0:
			heap.Remove(&s.due, c.at)
		case !held && c.at < 0 && !c.running:
			c.due = w.target.Container.StartedAt.Add(c.Probe.InitialDelay.Std())
			if c.due.Before(now) {
				c.due = now
			}
			c.due = c.due.Add(s.jitter.First(c.Probe.Every()))
			heap.Push(&s.due, c)
		}
	}
}

// drop forgets a check; one that runs comes to nothing.
func (s *Schedule) drop(c *Check) {
	c.gone = true
	if c.at >= 0 {
		heap.Remove(&s.due, c.at)
	}
}

// Next is when the next probe is due; false when there is none.
func (s *Schedule) Next() (time.Time, bool) {
	if len(s.due) == 0 {
		return time.Time{}, false
	}
	return s.due[0].due, true
}

// Take is what is due first, unless that is after now. It has to be given back
// to Finish.
func (s *Schedule) Take(now time.Time) (*Check, bool) {
	if len(s.due) == 0 || s.due[0].due.After(now) {
		return nil, false
	}
	c := heap.Pop(&s.due).(*Check)
	c.running = true
	c.Target = c.watch.target
	return c, true
}

// Finish takes in what a run saw, and reports whether that is worth another
// look at the target's key.
func (s *Schedule) Finish(c *Check, o Outcome, now time.Time) bool {
	c.running = false
	if c.gone {
		return false
	}
	before := c.result
	c.learn(o)
	if c.result != before {
		s.results = nil
	}
	if c.Kind == Startup && c.result.State == plan.ProbePassed {
		s.open(c.watch, now)
	} else if !c.watch.held(c.Kind) {
		c.due = s.after(c, now)
		heap.Push(&s.due, c)
	}
	return c.tells(before)
}

// after is when a check is due again. One that is late comes at once; times that
// were missed altogether are not made up for.
func (s *Schedule) after(c *Check, now time.Time) time.Time {
	period := c.Probe.Every()
	next := c.due.Add(period + s.jitter.Next(period))
	switch late := now.Sub(next); {
	case late <= 0:
		return next
	case late < period:
		return now
	}
	return now.Add(period)
}

// held reports that the startup probe holds a probe of that kind back.
func (w *watch) held(k Kind) bool {
	startup := w.checks[Startup]
	return k != Startup && startup != nil && startup.result.State != plan.ProbePassed
}

// Results are what the probes have come to. They are not changed afterwards.
func (s *Schedule) Results() plan.Probes {
	if s.results != nil {
		return s.results
	}
	s.results = make(plan.Probes, len(s.watches))
	for id, w := range s.watches {
		s.results[id] = plan.ProbeResults{
			StartedAt: w.target.Container.StartedAt,
			Startup:   w.result(Startup), Readiness: w.result(Readiness), Liveness: w.result(Liveness),
		}
	}
	return s.results
}

func (w *watch) result(k Kind) plan.ProbeResult {
	if c := w.checks[k]; c != nil {
		return c.result
	}
	return plan.ProbeResult{}
}

// Pending are the checks that wait for their time, in no order.
func (s *Schedule) Pending() []*Check {
	for _, c := range s.due {
		c.Target = c.watch.target
	}
	return s.due
}

// kinds are the kinds in the order in which they come up.
var kinds = []Kind{Startup, Readiness, Liveness}

// of is the probe of that kind; nil when there is none.
func (k Kind) of(p *spec.Probes) *spec.Probe {
	switch k {
	case Startup:
		return p.Startup
	case Readiness:
		return p.Readiness
	}
	return p.Liveness
}
