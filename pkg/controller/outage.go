// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// maxOutages is how many outages are remembered: what ended near an older one
// was long decided on.
const maxOutages = 16

// watchTimes are when the engine was watched.
type watchTimes struct {
	// since is when it first was, lost when it last went away; zero while it is
	// there.
	since, lost time.Time
	outages     []plan.Outage
}

// update takes in how well the engine can be observed at now. A broken event
// stream counts: an engine may be back before anybody asks it.
func (t *watchTimes) update(s observer.State, now time.Time) {
	there := s.Connected && s.WatchHealthy
	switch {
	case there && t.since.IsZero():
		t.since = now
	case there && !t.lost.IsZero():
		t.outages = append(t.outages[max(0, len(t.outages)-maxOutages+1):len(t.outages):len(t.outages)],
			plan.Outage{From: t.lost, To: now})
		t.lost = time.Time{}
	case !there && !t.since.IsZero() && t.lost.IsZero():
		t.lost = now
	}
}
