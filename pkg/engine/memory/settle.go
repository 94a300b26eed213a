// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// NextChange is when the next thing happens by itself: a process ends, a health
// check turns. False when nothing will.
func (e *Engine) NextChange() (time.Time, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.settle()
	e.findDue()
	return e.due, !e.due.IsZero()
}

// settle makes up for what has become due, in the order it was due, and returns
// the time.
func (e *Engine) settle() time.Time {
	now := e.opts.Clock()
	for {
		c := e.findDue()
		if c == nil || e.due.After(now) {
			return now
		}
		if c.exitAt.Equal(e.due) {
			e.die(c.exitAt, c, c.image.behaviour.ExitCode)
			continue
		}
		if c.status == engine.StatusRestarting {
			e.revive(c)
			continue
		}
		e.turnHealth(c)
	}
}

// findDue is the container that changes next, and sets due; nil when none will
// or, to be quick, when that has not come since the last time and is not near.
func (e *Engine) findDue() *container {
	if e.dueKnown && (e.due.IsZero() || e.due.After(e.opts.Clock())) {
		return nil
	}
	var next *container
	e.due, e.dueKnown = time.Time{}, true
	for _, c := range e.containers {
		at, ok := c.nextChange()
		if !ok {
			continue
		}
		if next == nil || at.Before(e.due) || at.Equal(e.due) && c.sequence < next.sequence {
			next, e.due = c, at
		}
	}
	return next
}

// nextChange is when a container changes by itself; paused ones do not.
func (c *container) nextChange() (time.Time, bool) {
	if c.status == engine.StatusRestarting {
		return c.restartAt, true
	}
	if c.status != engine.StatusRunning {
		return time.Time{}, false
	}
	switch {
	case c.exitAt.IsZero():
		return c.healthAt, !c.healthAt.IsZero()
	case c.healthAt.IsZero() || !c.healthAt.Before(c.exitAt):
		return c.exitAt, true
	}
	return c.healthAt, true
}

func (e *Engine) turnHealth(c *container) {
	at := c.healthAt
	c.healthAt = time.Time{}
	if c.image.behaviour.Unhealthy {
		e.setHealth(at, c, engine.HealthUnhealthy)
		return
	}
	e.setHealth(at, c, engine.HealthHealthy)
}

func (e *Engine) setHealth(at time.Time, c *container, h engine.Health) {
	c.health, c.failures = h, 0
	if h == engine.HealthUnhealthy {
		c.failures = defaultRetries
		if check := c.check(); check != nil && check.Retries > 0 {
			c.failures = check.Retries
		}
	}
	e.note(at, c, "health_status: "+string(h))
}
