// SPDX-License-Identifier: Apache-2.0

package controller

import "github.com/pact-toolbox/reconciler/pkg/status"

// record adds an event to the store, with the present time and the ID of the
// reconciliation of its key.
func (c *Controller) record(e status.Event) {
	e.First, e.Count = c.cfg.Now(), 1
	e.Last = e.First
	c.locked(func() { e.ReconcileID = c.running[e.Key] })
	c.cfg.Store.Record(e)
}
