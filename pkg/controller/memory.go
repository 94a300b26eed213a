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
func (s *state) locked(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

// remember returns the memory of a key, which it creates when there is none. The
// lock is held.
func (s *state) remember(k spec.Key) *memory {
	m := s.memory[k]
	if m == nil {
		m = &memory{}
		s.memory[k] = m
	}
	return m
}

// forget drops the memory of a key and returns its neighbors; false when there
// was none.
func (s *state) forget(k spec.Key) ([]spec.Key, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.memory[k]
	if m == nil {
		return nil, false
	}
	delete(s.memory, k)
	s.logs.Forget(k)
	s.disapprove(func(approved spec.Key) bool { return approved == k })
	if _, ok := s.history[k]; ok {
		s.history = maps.Clone(s.history)
		delete(s.history, k)
	}
	return m.neighbors, true
}

// changeHistory replaces the record of a key, and writes the holds when they
// changed. Worlds that were handed out keep the history they were made with.
func (s *state) changeHistory(k spec.Key, change func(plan.Record) plan.Record) {
	var before, after plan.Record
	s.locked(func() {
		before = s.history[k]
		if after = change(before); after == before {
			return
		}
		next := maps.Clone(s.history)
		next[k] = after
		s.history = next
		if before.IsSuspended() != after.IsSuspended() {
			s.cached = cachedWorld{}
		}
	})
	if before.Persistent() != after.Persistent() {
		s.saveHolds()
	}
}

// keep adds the result of a decision to the history.
func (s *state) keep(d plan.Decision) {
	s.changeHistory(d.Key, func(r plan.Record) plan.Record { return r.WithFindings(d) })
}

// recordOutcome adds the outcome of an action to the history.
func (s *state) recordOutcome(w plan.World, a plan.Action, err error) {
	var hash spec.Hash
	if obj, desired := w.Object(a.Key); desired {
		hash = obj.Hash()
	}
	now := s.cfg.Now()
	s.changeHistory(a.Key, func(r plan.Record) plan.Record { return r.After(a, err, hash, now) })
}
