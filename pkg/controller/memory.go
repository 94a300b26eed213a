// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"maps"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// memory is the controller's memory of one key beside the plan's History. It is
// read and written with the controller's lock held.
type memory struct {
	// seen is the version of the desired state that was last reconciled.
	seen uint64
	// published is the sequence of the world of the last report.
	published uint64
	// fingerprint is what neighbors depend on, and neighbors are the keys that
	// were neighbors then.
	fingerprint fingerprint
	neighbors   []spec.Key

	// endExpected reports that its end was requested, or that it had completed.
	endExpected bool

	throttle   plan.Throttle
	quarantine plan.Quarantine
}

// resetBackoff ends the delays of a key: its manifest changed, or a user asked
// for something.
func (m *memory) resetBackoff() {
	m.throttle = plan.Throttle{}
	m.quarantine = plan.Quarantine{}
}

// locked calls do with the lock held.
func (c *Controller) locked(do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do()
}

// remember returns the memory of a key, which it creates when there is none. The
// lock is held.
func (c *Controller) remember(k spec.Key) *memory {
	m := c.memory[k]
	if m == nil {
		m = &memory{}
		c.memory[k] = m
	}
	return m
}

// forget drops the memory of a key and returns its neighbors; false when there
// was none.
func (c *Controller) forget(k spec.Key) ([]spec.Key, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.memory[k]
	if m == nil {
		return nil, false
	}
	delete(c.memory, k)
	c.logs.Forget(k)
	c.disapprove(func(approved spec.Key) bool { return approved == k })
	if _, ok := c.history[k]; ok {
		c.history = maps.Clone(c.history)
		delete(c.history, k)
	}
	return m.neighbors, true
}

// changeHistory replaces the record of a key, and writes the holds when they
// changed. Worlds that were handed out keep the history they were made with.
func (c *Controller) changeHistory(k spec.Key, change func(plan.Record) plan.Record) {
	var before, after plan.Record
	c.locked(func() {
		before = c.history[k]
		if after = change(before); after == before {
			return
		}
		next := maps.Clone(c.history)
		next[k] = after
		c.history = next
	})
	if before.Kept() != after.Kept() {
		c.saveHolds()
	}
}

// keep adds the result of a decision to the history.
func (c *Controller) keep(d plan.Decision) {
	c.changeHistory(d.Key, func(r plan.Record) plan.Record { return r.Keep(d) })
}

// recordOutcome adds the outcome of an action to the history.
func (c *Controller) recordOutcome(w plan.World, a plan.Action, err error) {
	var hash spec.Hash
	if obj, desired := w.Object(a.Key); desired {
		hash = obj.Hash()
	}
	now := c.cfg.Now()
	c.changeHistory(a.Key, func(r plan.Record) plan.Record { return r.After(a, err, hash, now) })
}
