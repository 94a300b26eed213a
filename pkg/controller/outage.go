// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// maxOutages is the number of outages that are kept. The containers that ended near
// an earlier outage were reconciled long ago.
const maxOutages = 16

// watchTimes are the periods in which the engine was observed.
type watchTimes struct {
	// since is when the engine was first observed. lost is when it was lost; zero
	// while it is observed.
	since, lost time.Time
	outages     []plan.Outage
}

// update updates the periods after the observer's state changed at now. A broken
// event stream counts as an outage, because the engine may have been away and be
// back before the next list.
func (t *watchTimes) update(s observer.State, now time.Time) {
	observed := s.Connected && s.WatchHealthy
	switch {
	case observed && t.since.IsZero():
		t.since = now
	case observed && !t.lost.IsZero():
		t.outages = append(t.outages[max(0, len(t.outages)-maxOutages+1):len(t.outages):len(t.outages)],
			plan.Outage{From: t.lost, To: now})
		t.lost = time.Time{}
	case !observed && !t.since.IsZero() && t.lost.IsZero():
		t.lost = now
	}
}
