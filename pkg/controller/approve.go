// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"maps"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Withheld are the keys that the prune guard keeps, sorted.
func (c *Controller) Withheld() []spec.Key {
	var withheld map[spec.Key]bool
	c.locked(func() { withheld = c.prune.Withheld })
	return slices.SortedFunc(maps.Keys(withheld), spec.Key.Compare)
}

// Approve has the prune guard let the keys go, and returns those of them that it
// kept. The approval of a key that is still declared is for when it no longer
// is; it ends when the key is declared again.
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
	let := slices.DeleteFunc(slices.Clone(keys), func(k spec.Key) bool { return !withheld[k] })
	if len(let) > 0 {
		c.cfg.Logger.Info("removal approved", "objects", len(let))
		c.enqueueAll()
	}
	return let
}

// lapse ends the approvals of what is declared again. The lock is held.
func (c *Controller) lapse(old, set spec.Set) {
	c.disapprove(func(k spec.Key) bool {
		_, was := old.Objects[k]
		_, is := set.Objects[k]
		return is && !was
	})
}

// disapprove ends approvals. Worlds that were handed out keep theirs. The lock is
// held.
func (c *Controller) disapprove(ends func(spec.Key) bool) {
	left := maps.Clone(c.prune.Approved)
	maps.DeleteFunc(left, func(k spec.Key, _ bool) bool { return ends(k) })
	if len(left) < len(c.prune.Approved) {
		c.prune.Approved, c.cached = left, cachedWorld{}
	}
}
