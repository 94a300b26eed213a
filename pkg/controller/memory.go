// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"maps"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// memory is what the controller keeps of one key beside plan's History. Only the
// worker that has the key changes it, save for pardon; all under the lock.
type memory struct {
	// report is the last one published.
	report status.Report
	// seen is the version of the desired state that was last reconciled.
	seen uint64
	// print is what neighbours depend on, and neighbours who they were.
	print      fingerprint
	neighbours []spec.Key

	// log is the end of its output when it last failed.
	log lastLog

	// asked says that its end was asked for, or that it had done its job.
	asked bool

	brake brake
	// panics counts the passes in a row that panicked; until then the key is
	// left alone.
	panics          int
	quarantineUntil time.Time
}

// pardon lifts what was held against the key: its manifest changed.
func (m *memory) pardon() {
	m.brake = brake{}
	m.panics, m.quarantineUntil = 0, time.Time{}
}

// remember is the memory of a key, made when there is none. The lock is held.
func (c *Controller) remember(k spec.Key) *memory {
	m := c.memory[k]
	if m == nil {
		m = &memory{}
		c.memory[k] = m
	}
	return m
}

// forget drops all that is known of a key and returns who depended on it; false
// when nothing was known.
func (c *Controller) forget(k spec.Key) ([]spec.Key, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.memory[k]
	if m == nil {
		return nil, false
	}
	delete(c.memory, k)
	c.disapprove(func(approved spec.Key) bool { return approved == k })
	c.gone[k]++
	if _, ok := c.history[k]; ok {
		c.history = maps.Clone(c.history)
		delete(c.history, k)
	}
	return m.neighbours, true
}

// note takes the outcome of an action into the history. Worlds that were handed
// out keep the history they were made with.
func (c *Controller) note(w plan.World, a plan.Action, err error) {
	var hash spec.Hash
	if obj, desired := w.Object(a.Key); desired {
		hash = obj.Hash()
	}
	c.mu.Lock()
	next := maps.Clone(c.history)
	before := next[a.Key]
	next[a.Key] = next[a.Key].After(a, err, hash, c.cfg.Now())
	released := before.Kept() != next[a.Key].Kept()
	c.history = next
	c.mu.Unlock()
	if released {
		c.saveHolds()
	}
}

const (
	// freeRepeats is how often in a row a key may act to no effect before it is
	// slowed down.
	freeRepeats = 2
	// burst is how many passes of a key may act within a window.
	burst  = 30
	window = time.Minute
)

// brake slows down a key that acts and acts and gets nowhere, whatever the cause.
type brake struct {
	// repeats counts the passes in a row whose actions succeeded and were
	// wanted again right after.
	repeats int
	// recent are the times of the passes that acted within the window.
	recent []time.Time
	until  time.Time
}

// acted takes in that a pass acted at now, and whether to any effect.
func (b *brake) acted(effect bool, now time.Time) {
	b.repeats++
	if effect {
		b.repeats = 0
	}
	b.until = time.Time{}
	if n := b.repeats - freeRepeats; n >= 0 {
		b.until = now.Add(min(firstRetry<<min(n, 16), maxRetry))
	}
	b.recent = append(b.recent, now)
	for len(b.recent) > 0 && now.Sub(b.recent[0]) >= window {
		b.recent = b.recent[1:]
	}
	if end := b.recent[0].Add(window); len(b.recent) >= burst && end.After(b.until) {
		b.until = end
	}
}
