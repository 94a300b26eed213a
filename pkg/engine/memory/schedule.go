// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// settle applies the changes that have become due, in the order in which they
// were due, and returns the current time.
func (cs *containers) settle() time.Time {
	now := cs.clock()
	for {
		c := cs.nextDue()
		if c == nil || cs.due.After(now) {
			return now
		}
		if c.exitAt.Equal(cs.due) {
			cs.exit(c.exitAt, c, c.image.behaviour.ExitCode)
			continue
		}
		if c.status == engine.StatusRestarting {
			cs.restart(c)
			continue
		}
		cs.changeHealth(c)
	}
}

// nextDue returns the container that changes next, and sets due. It returns nil
// if no container changes by itself and, to save time, if due is known to lie in
// the future.
func (cs *containers) nextDue() *container {
	if cs.dueKnown && (cs.due.IsZero() || cs.due.After(cs.clock())) {
		return nil
	}
	var next *container
	cs.due, cs.dueKnown = time.Time{}, true
	for _, c := range cs.byValue {
		at, ok := c.nextChange()
		if !ok {
			continue
		}
		if next == nil || at.Before(cs.due) || at.Equal(cs.due) && c.sequence < next.sequence {
			next, cs.due = c, at
		}
	}
	return next
}

// nextChange returns the time at which a container changes by itself; false if it
// does not. Paused containers do not change.
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

// changeHealth applies the change of health that is due.
func (cs *containers) changeHealth(c *container) {
	at := c.healthAt
	c.healthAt = time.Time{}
	if c.image.behaviour.Unhealthy {
		cs.setHealth(at, c, engine.HealthUnhealthy)
		return
	}
	cs.setHealth(at, c, engine.HealthHealthy)
}

func (cs *containers) setHealth(at time.Time, c *container, h engine.Health) {
	c.health, c.failures = h, 0
	if h == engine.HealthUnhealthy {
		c.failures = defaultRetries
		if check := c.healthCheck(); check != nil && check.Retries > 0 {
			c.failures = check.Retries
		}
	}
	cs.recordChange(at, c, "health_status: "+string(h))
}
