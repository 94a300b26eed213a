// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"container/heap"
	"maps"
	"reflect"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// Schedule tracks when probes are due and what their results are. It changes
// only when its methods are called, and is not safe for concurrent use.
type Schedule struct {
	jitter  Jitter
	watches map[engine.ID]*watch
	due     queue
	// results caches the results of all watches; nil when it is outdated.
	results plan.Probes
}

// Jitter moves the runs of probes in time. Nil functions mean no jitter.
type Jitter struct {
	// First returns the delay of the first run of a probe with the given period.
	// Next returns the offset of each further run; it may be negative.
	First, Next func(period time.Duration) time.Duration
}

// watch holds the checks of one run of a container.
type watch struct {
	target plan.ProbeTarget
	checks map[Kind]*Check
}

// NewSchedule returns an empty Schedule.
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

// Watch replaces the set of probed containers. Results of runs that continue are
// kept; a probe whose manifest changed starts over.
func (s *Schedule) Watch(targets []plan.ProbeTarget, now time.Time) {
	stale := maps.Clone(s.watches)
	for _, t := range targets {
		old := s.watches[t.ID]
		if old == nil || !old.target.Container.StartedAt.Equal(t.Container.StartedAt) {
			s.watches[t.ID] = s.startWatch(t, now)
			continue
		}
		delete(stale, t.ID)
		if old.target.Probes != t.Probes && !reflect.DeepEqual(old.target.Probes, t.Probes) {
			s.updateProbes(old, t, now)
		}
		old.target = t
	}
	for id, w := range stale {
		for _, c := range w.checks {
			s.removeCheck(c)
		}
		if s.watches[id] == w {
			delete(s.watches, id)
		}
		s.results = nil
	}
}

// startWatch returns a watch for a new run of a container.
func (s *Schedule) startWatch(t plan.ProbeTarget, now time.Time) *watch {
	w := &watch{target: t, checks: map[Kind]*Check{}}
	for _, k := range kinds {
		if p := k.probeOf(t.Probes); p != nil {
			w.checks[k] = &Check{Kind: k, Probe: p, watch: w, index: -1}
		}
	}
	s.results = nil
	s.enqueueUnblocked(w, now)
	return w
}

// updateProbes replaces the checks whose probes differ from the probes of t.
func (s *Schedule) updateProbes(w *watch, t plan.ProbeTarget, now time.Time) {
	for _, k := range kinds {
		old, p := w.checks[k], k.probeOf(t.Probes)
		if old != nil && reflect.DeepEqual(old.Probe, p) {
			continue
		}
		if old != nil {
			s.removeCheck(old)
			delete(w.checks, k)
		}
		if p != nil {
			w.checks[k] = &Check{Kind: k, Probe: p, watch: w, index: -1}
		}
	}
	s.results = nil
	s.enqueueUnblocked(w, now)
}

// enqueueUnblocked queues the checks of w that may run, and removes those that
// the startup probe blocks.
func (s *Schedule) enqueueUnblocked(w *watch, now time.Time) {
	for _, k := range kinds {
		c := w.checks[k]
		blocked := w.blocked(k)
		done := k == Startup && c != nil && c.result.State == plan.ProbePassed
		switch {
		case c == nil || done:
		case blocked && c.index >= 0:
			heap.Remove(&s.due, c.index)
		case !blocked && c.index < 0 && !c.running:
			c.due = w.target.Container.StartedAt.Add(c.Probe.InitialDelay.Std())
			if c.due.Before(now) {
				c.due = now
			}
			c.due = c.due.Add(s.jitter.First(c.Probe.Every()))
			heap.Push(&s.due, c)
		}
	}
}

// removeCheck removes a check. If the check is running, its outcome is ignored.
func (s *Schedule) removeCheck(c *Check) {
	c.removed = true
	if c.index >= 0 {
		heap.Remove(&s.due, c.index)
	}
}

// Next returns the time of the next run, and false if there is none.
func (s *Schedule) Next() (time.Time, bool) {
	if len(s.due) == 0 {
		return time.Time{}, false
	}
	return s.due[0].due, true
}

// Take removes and returns the first check that is due at now, and false if there
// is none. The caller must run the check and pass it to Finish.
func (s *Schedule) Take(now time.Time) (*Check, bool) {
	if len(s.due) == 0 || s.due[0].due.After(now) {
		return nil, false
	}
	c := heap.Pop(&s.due).(*Check)
	c.running = true
	c.Target = c.watch.target
	return c, true
}

// Finish records the outcome of a check and schedules its next run. It reports
// whether the result changed, that is, whether to reconcile the key of its target.
func (s *Schedule) Finish(c *Check, o Outcome, now time.Time) bool {
	c.running = false
	if c.removed {
		return false
	}
	before := c.result
	c.recordOutcome(o)
	if c.result != before {
		s.results = nil
	}
	if c.Kind == Startup && c.result.State == plan.ProbePassed {
		s.enqueueUnblocked(c.watch, now)
	} else if !c.watch.blocked(c.Kind) {
		c.due = s.nextDue(c, now)
		heap.Push(&s.due, c)
	}
	return c.changedSince(before)
}

// nextDue returns the time of the next run of a check. A check that is late by
// less than a period runs at once; longer delays are not made up for.
func (s *Schedule) nextDue(c *Check, now time.Time) time.Time {
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

// blocked reports whether the startup probe has yet to pass before checks of
// kind k may run.
func (w *watch) blocked(k Kind) bool {
	startup := w.checks[Startup]
	return k != Startup && startup != nil && startup.result.State != plan.ProbePassed
}

// Results returns the latest results of all probes. The returned map is never
// changed afterwards.
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

// Pending returns the queued checks in no particular order.
func (s *Schedule) Pending() []*Check {
	for _, c := range s.due {
		c.Target = c.watch.target
	}
	return s.due
}
