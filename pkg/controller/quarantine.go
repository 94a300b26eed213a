// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// quarantine suspends the reconciliation of a key after a panic and publishes
// that.
func (c *Controller) quarantine(log *slog.Logger, k spec.Key, p *panicked) {
	defer logPanic(log)
	c.locked(func() { c.suspend(k) })
	c.publishQuarantine(log, k, p)
}

// logPanic recovers from a panic of what reports a panic, such as the store.
func logPanic(log *slog.Logger) {
	if again := recover(); again != nil {
		log.Error("cannot publish a panic", "err", fmt.Sprint(again))
	}
}

// suspend begins or prolongs the quarantine of a key. The lock is held.
func (c *Controller) suspend(k spec.Key) {
	m := c.remember(k)
	m.quarantine = m.quarantine.After(c.cfg.Now())
}

// publishQuarantine publishes that a key is quarantined, and requeues it for the
// end of its quarantine.
func (c *Controller) publishQuarantine(log *slog.Logger, k spec.Key, p *panicked) {
	log.Error("reconcile panicked: the key is quarantined", "err", fmt.Sprint(p.cause), "stack", p.stack)
	defer logPanic(log)
	now := c.cfg.Now()
	var q plan.Quarantine
	c.locked(func() { q = c.remember(k).quarantine })
	c.queue.AddAfter(k, q.Wait(now))
	c.publishFault(k, q.Fault(p.cause, now))
}

// quarantined returns how long a key is still quarantined.
func (c *Controller) quarantined(k spec.Key) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.memory[k]
	if m == nil || m.quarantine.Panics == 0 {
		return 0
	}
	m.seen = c.desired.version
	return m.quarantine.Wait(c.cfg.Now())
}

// isQuarantined reports whether a key is quarantined. The lock is held.
func (c *Controller) isQuarantined(k spec.Key) bool {
	m := c.memory[k]
	return m != nil && m.quarantine.Wait(c.cfg.Now()) > 0
}

// endQuarantine forgets the panics of a key whose pass has succeeded.
func (c *Controller) endQuarantine(k spec.Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := c.memory[k]; m != nil {
		m.quarantine = plan.Quarantine{}
	}
}
