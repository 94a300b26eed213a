// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/simulation"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// simulated is a simulation with the events that tests need.
type simulated struct{ *simulation.Simulator }

func simulate(opts memory.Options) simulated {
	return simulated{simulation.New(instance, time.Unix(1_700_000_000, 0).UTC(), opts)}
}

// advance advances the virtual time.
func (s simulated) advance(d time.Duration) { s.Time = s.Time.Add(d) }

// restartController makes the controller lose its memory, except for the part that it
// keeps over its restarts.
func (s simulated) restartController() {
	kept := plan.History{}
	for k, rec := range s.History {
		if rec = rec.Persistent(); rec != (plan.Record{}) {
			kept[k] = rec
		}
	}
	s.History, s.Since, s.Outages, s.Pulled, s.Probes = kept, s.Time, nil, map[string]time.Time{}, nil
	s.Prune.Withheld, s.Prune.Approved = nil, nil
}

// restartEngine stops all containers and makes the engine go away for a moment.
func (s simulated) restartEngine() {
	s.Engine.Restart()
	s.Outages = append(s.Outages, plan.Outage{From: s.Time, To: s.Time})
}

// submit simulates a command of a user.
func (s simulated) submit(k spec.Key, cmd plan.Command) {
	s.History[k] = s.History[k].Submit(cmd, s.Time)
}
