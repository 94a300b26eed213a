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
func (c *Controller) quarantine(log *slog.Logger, k spec.Key, cause any) {
	log.Error("reconcile panicked: the key is quarantined", "err", fmt.Sprint(cause), "stack", string(debug.Stack()))
	defer func() { // the store itself may be what panics
		if again := recover(); again != nil {
			log.Error("cannot publish a panic", "err", fmt.Sprint(again))
		}
	}()
	now := c.cfg.Now()
	var q plan.Quarantine
	c.locked(func() {
		m := c.remember(k)
		m.quarantine = m.quarantine.After(now)
		q = m.quarantine
	})
	c.queue.AddAfter(k, q.Wait(now))
	c.publishFault(k, q.Fault(cause, now))
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

// endQuarantine forgets the panics of a key whose pass has succeeded.
func (c *Controller) endQuarantine(k spec.Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := c.memory[k]; m != nil {
		m.quarantine = plan.Quarantine{}
	}
}
