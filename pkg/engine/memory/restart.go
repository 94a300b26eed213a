// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// The delays of the restarts by the engine's own policy. The delay doubles with
// each restart and is reset after a run of at least lastingRun.
const (
	firstRestartDelay = 100 * time.Millisecond
	lastRestartDelay  = time.Minute
	lastingRun        = 10 * time.Second
)

// exit ends a process that was not asked to stop, and schedules the restart if
// the engine's own policy demands one.
func (cs *containers) exit(now time.Time, c *container, code int) {
	ran := now.Sub(c.startedAt)
	cs.endProcess(now, c, code)
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
	cs.invalidate()
}

// restartsAfter reports whether the engine's own policy restarts a container that
// exited with a code.
func (c *container) restartsAfter(code int) bool {
	switch p := c.cfg.RestartPolicy; p.Name {
	case "always", "unless-stopped":
		return true
	case "on-failure":
		return code != 0 && (p.MaximumRetryCount == 0 || c.restarts < p.MaximumRetryCount)
	}
	return false
}

// restart starts a container whose restart is due. If the start fails, the
// container stays exited.
func (cs *containers) restart(c *container) {
	now := c.restartAt
	c.restartAt = time.Time{}
	c.status = engine.StatusExited
	c.restarts++
	_ = cs.startAt(Op{Name: "restart", ID: c.id}, now, c)
	c.view = nil
	cs.invalidate()
}

// stopAll stops every container, as the engine does before it exits, and returns
// those that ran or waited for a restart.
func (cs *containers) stopAll(now time.Time) map[*container]bool {
	ran := map[*container]bool{}
	for _, c := range cs.inOrder() {
		ran[c] = c.running() || c.status == engine.StatusRestarting
		cs.stop(now, c)
	}
	return ran
}

// startAll starts the containers that the engine's own policy starts with the
// engine. ran holds the containers that ran before.
func (cs *containers) startAll(now time.Time, ran map[*container]bool) {
	for _, c := range cs.inOrder() {
		starts := c.restartsAfter(c.exitCode) && !c.startedAt.IsZero()
		if c.cfg.RestartPolicy.Name != "always" {
			starts = starts && ran[c]
		}
		if starts {
			_ = cs.startAt(Op{Name: "restart", ID: c.id}, now, c)
		}
	}
}
