// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"maps"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Withheld returns the keys that the prune guard keeps, sorted.
func (c *Controller) Withheld() []spec.Key {
	var withheld map[spec.Key]bool
	c.locked(func() { withheld = c.prune.Withheld })
	return slices.SortedFunc(maps.Keys(withheld), spec.Key.Compare)
}

// Approve approves the removal of keys and returns the ones that the prune guard
// kept until now. The approval of a key that is desired applies once it is not
// desired any more, and ends when it is desired again after that.
func (c *Controller) Approve(keys []spec.Key) []spec.Key {
	withheld := c.World().Withheld()
	c.locked(func() {
		approved := maps.Clone(c.prune.Approved)
		if approved == nil {
			approved = map[spec.Key]bool{}
		}
		for _, k := range keys {
			approved[k] = true
		}
		c.prune.Approved = approved
		c.cached = cachedWorld{}
	})
	released := slices.DeleteFunc(slices.Clone(keys), func(k spec.Key) bool { return !withheld[k] })
	if len(released) > 0 {
		c.cfg.Logger.Info("removal approved", "objects", len(released))
		c.enqueueAll()
	}
	return released
}

// endApprovals ends the approvals of keys that are desired again. The lock is held.
func (s *state) endApprovals(old, set spec.Set) {
	s.disapprove(func(k spec.Key) bool {
		_, before := old.Objects[k]
		_, after := set.Objects[k]
		return after && !before
	})
}

// disapprove ends the approvals of the keys for which ends returns true. Existing
// worlds do not change. The lock is held.
func (s *state) disapprove(ends func(spec.Key) bool) {
	left := maps.Clone(s.prune.Approved)
	maps.DeleteFunc(left, func(k spec.Key, _ bool) bool { return ends(k) })
	if len(left) < len(s.prune.Approved) {
		s.prune.Approved, s.cached = left, cachedWorld{}
	}
}
