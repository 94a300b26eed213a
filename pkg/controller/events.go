// SPDX-License-Identifier: Apache-2.0

package controller

import "github.com/pact-toolbox/reconciler/pkg/status"

// record adds an event to the store, with the present time and the ID of the
// reconciliation of its key.
func (p *publisher) record(e status.Event) {
	e.First, e.Count = p.cfg.Now(), 1
	e.Last = e.First
	p.locked(func() { e.ReconcileID = p.running[e.Key] })
	p.cfg.Store.Record(e)
}
