// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// quarantine suspends the reconciliation of a key after a panic and publishes
// that.
func (p *publisher) quarantine(log *slog.Logger, k spec.Key, failure *panicked) {
	defer logPanic(log)
	p.locked(func() { p.suspend(k) })
	p.publishQuarantine(log, k, failure)
}

// protect calls do on behalf of a key, outside of a pass. It quarantines the key if
// do panics.
func (p *publisher) protect(k spec.Key, do func()) {
	defer func() {
		if cause := recover(); cause != nil {
			p.quarantine(p.cfg.Logger.With("key", k.String()), k, &panicked{cause, string(debug.Stack())})
		}
	}()
	do()
}

// logPanic recovers from a panic of what reports a panic, such as the store.
func logPanic(log *slog.Logger) {
	if again := recover(); again != nil {
		log.Error("cannot publish a panic", "err", fmt.Sprint(again))
	}
}

// suspend begins or prolongs the quarantine of a key. The lock is held.
func (s *state) suspend(k spec.Key) {
	m := s.remember(k)
	m.quarantine = m.quarantine.After(s.cfg.Now())
}

// publishQuarantine publishes that a key is quarantined, and requeues it for the
// end of its quarantine.
func (p *publisher) publishQuarantine(log *slog.Logger, k spec.Key, failure *panicked) {
	log.Error("reconcile panicked: the key is quarantined", "err", fmt.Sprint(failure.cause), "stack", failure.stack)
	defer logPanic(log)
	now := p.cfg.Now()
	var q plan.Quarantine
	p.locked(func() { q = p.remember(k).quarantine })
	p.queue.AddAfter(k, q.Wait(now))
	p.publishFault(k, q.Fault(failure.cause, now))
}

// quarantined returns how long a key is still quarantined.
func (s *state) quarantined(k spec.Key) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.memory[k]
	if m == nil || m.quarantine.Panics == 0 {
		return 0
	}
	m.seen = s.desired.version
	return m.quarantine.Wait(s.cfg.Now())
}

// isQuarantined reports whether a key is quarantined. The lock is held.
func (s *state) isQuarantined(k spec.Key) bool {
	m := s.memory[k]
	return m != nil && m.quarantine.Wait(s.cfg.Now()) > 0
}

// endQuarantine forgets the panics of a key whose pass has succeeded.
func (s *state) endQuarantine(k spec.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.memory[k]; m != nil {
		m.quarantine = plan.Quarantine{}
	}
}
