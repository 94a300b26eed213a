// SPDX-License-Identifier: Apache-2.0

package status

import (
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Settled reports whether nothing more will happen to k by itself: it is Ready,
// Stalled or Suspended, or waits for a key that is not Ready and settled; and a
// key that is not desired is gone, or kept until a user does something. get
// returns the published report of a key.
func Settled(w plan.World, k spec.Key, get func(spec.Key) (Report, bool)) bool {
	return settled(w, k, get, map[spec.Key]bool{})
}

// settled takes a key that was visited before as settled: the keys of a cycle
// wait for each other.
func settled(w plan.World, k spec.Key, get func(spec.Key) (Report, bool), visited map[spec.Key]bool) bool {
	if visited[k] {
		return true
	}
	visited[k] = true
	report, _ := get(k)
	if c := condition.Find(report.Status.Conditions, condition.Stalled); c != nil && c.Reason == string(condition.ReasonInternalError) {
		return true // it is quarantined: deciding may panic again
	}
	d := plan.Decide(w, k)
	if len(d.Actions) > 0 {
		return false
	}
	is := func(t condition.Type) bool { return condition.IsTrue(report.Status.Conditions, t) }
	_, desired := w.Object(k)
	switch {
	case is(condition.Stalled) || is(condition.Suspended):
		return true
	case !desired && len(d.Blocked) == 0:
		return d.RequeueAfter == 0
	case is(condition.Ready):
		return !is(condition.Reconciling) && d.RequeueAfter == 0
	case len(d.Blocked) == 0:
		return false
	}
	for _, b := range d.Blocked {
		if b.Key == k || ready(get, b.Key) || !settled(w, b.Key, get, visited) {
			return false
		}
	}
	return true
}

func ready(get func(spec.Key) (Report, bool), k spec.Key) bool {
	r, found := get(k)
	return found && condition.IsTrue(r.Status.Conditions, condition.Ready)
}
