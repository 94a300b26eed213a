// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// RootCause is the first resource in a chain of blockers that has failed on its
// own.
type RootCause struct {
	Key     spec.Key
	Reason  condition.Reason
	Message string
}

// FindRootCause follows the blockers of d to the first resource that no other
// resource blocks. It returns false if nothing blocks d and its resource is
// healthy.
func FindRootCause(w World, d Decision) (RootCause, bool) {
	seen := map[spec.Key]bool{}
	var last *Blocker
	for !seen[d.Key] {
		seen[d.Key] = true
		if len(d.Blocked) == 0 {
			break
		}
		b := worstBlocker(d.Blocked)
		if b.Key == d.Key || b.Key == (spec.Key{}) || !leadsOn(b.Reason) {
			return RootCause{d.Key, b.Reason, b.Message}, true
		}
		last = &b
		d = Decide(w, b.Key)
	}
	v := viewOf(w, d)
	if h := v.healthy(); v.state != nil && v.state.Running() && h.Status != "True" {
		return RootCause{d.Key, condition.Reason(h.Reason), h.Message}, true
	}
	if last != nil {
		return RootCause{d.Key, last.Reason, last.Message}, true
	}
	return RootCause{}, false
}

// leadsOn reports whether the resource of a blocker with that reason may have a
// cause of its own.
func leadsOn(r condition.Reason) bool {
	switch r {
	case condition.ReasonInitializing, condition.ReasonInitContainerFailed,
		condition.ReasonDependencyNotReady, condition.ReasonDependencyFailed,
		condition.ReasonDeletionBlocked, condition.ReasonNetworkInUse, condition.ReasonVolumeInUse:
		return true
	}
	return false
}
