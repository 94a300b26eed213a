// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"errors"
	"fmt"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// ErrNotDesired reports that no manifest declares the object of a command.
var ErrNotDesired = errors.New("no manifest declares it")

// Submit accepts a command of a user for a key, which is carried out by the key's
// next reconciliation. It returns ErrNotDesired when there is no such object.
func (c *Controller) Submit(k spec.Key, cmd plan.Command) error {
	if !c.accept(k, cmd) {
		return fmt.Errorf("%s %s: %w", cmd, k, ErrNotDesired)
	}
	now := c.cfg.Now()
	c.changeHistory(k, func(r plan.Record) plan.Record { return r.Submit(cmd, now) })
	c.cfg.Logger.Info("user command accepted", "key", k.String(), "command", string(cmd))
	c.queue.Add(k)
	if c.cfg.Observer.State().Connected {
		// Published at once, so that the next read of the object shows the command.
		c.protect(k, func() {
			if w := c.world(); c.quarantined(k) == 0 {
				c.publish(w, plan.Decide(w.World, k))
			}
		})
	}
	return nil
}

// accept reports whether a key is desired, or suspended and to be resumed, and ends
// its delays if so.
func (s *state) accept(k spec.Key, cmd plan.Command) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, desired := s.desired.set.Objects[k]
	resumes := cmd == plan.CommandResume && s.history[k].IsSuspended()
	if !desired && !resumes {
		return false
	}
	s.remember(k).resetBackoff()
	return true
}

// saveHolds writes the holds if they changed.
func (s *state) saveHolds() {
	err := s.holds.Save(func() (history plan.History) {
		s.locked(func() { history = s.history })
		return history
	})
	if err != nil {
		s.cfg.Logger.Warn("writing the holds failed: a restart loses them", "err", err)
	}
}
