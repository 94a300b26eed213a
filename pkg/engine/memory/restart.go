// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// The delays of the engine's own restarts: doubled each time, forgotten after a
// run that was long enough.
const (
	firstRestartDelay = 100 * time.Millisecond
	lastRestartDelay  = time.Minute
	lastingRun        = 10 * time.Second
)

// die is an end that nobody asked for: the engine's own policy may follow.
func (e *Engine) die(now time.Time, c *container, code int) {
	ran := now.Sub(c.startedAt)
	e.end(now, c, code)
	if !c.restartsAfter(code) {
		return
	}
	c.restartDelay = min(2*c.restartDelay, lastRestartDelay)
	if c.restartDelay == 0 || ran > lastingRun {
		c.restartDelay = firstRestartDelay
	}
	c.status = engine.StatusRestarting
	c.restartAt = now.Add(c.restartDelay)
	c.view = nil
	e.changed()
}

// restartsAfter reports that the engine's policy restarts what ended so.
func (c *container) restartsAfter(code int) bool {
	switch p := c.cfg.RestartPolicy; p.Name {
	case "always", "unless-stopped":
		return true
	case "on-failure":
		return code != 0 && (p.MaximumRetryCount == 0 || c.restarts < p.MaximumRetryCount)
	}
	return false
}

// revive starts what waited for its restart; one that cannot start stays down.
func (e *Engine) revive(c *container) {
	now := c.restartAt
	c.restartAt = time.Time{}
	c.status = engine.StatusExited
	c.restarts++
	_ = e.startAt(Op{Name: "restart", ID: c.id}, now, c)
	c.view = nil
	e.changed()
}

// reviveAll starts what comes back with the engine: wasUp are those that ran.
func (e *Engine) reviveAll(now time.Time, wasUp map[*container]bool) {
	for _, c := range e.inOrder() {
		back := c.restartsAfter(c.exitCode) && !c.startedAt.IsZero()
		if c.cfg.RestartPolicy.Name != "always" {
			back = back && wasUp[c]
		}
		if back {
			_ = e.startAt(Op{Name: "restart", ID: c.id}, now, c)
		}
	}
}
