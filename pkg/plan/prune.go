// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// pruning decides whether and when orphaned objects are removed.
type pruning struct{ World }

// decide removes the objects of a key that no manifest declares, once nothing
// needs them.
func (p pruning) decide(k spec.Key) Decision {
	if b, kept := p.untouched(k); kept {
		return waitFor(k, b)
	}
	if p.index.withheld[k] {
		return waitFor(k, withheldBlocker(k))
	}
	if !p.doomed(k) {
		return Decision{Key: k}
	}
	if blockers := p.dependentsInTheWay(k); len(blockers) > 0 && k.Kind == spec.KindContainer {
		return waitFor(k, blockers...)
	}
	d := Decision{Key: k}
	for _, inc := range p.index.owned[k] {
		if !p.prunable(inc) {
			continue
		}
		if blockers := networks(p).usersInTheWay(inc.obj); len(blockers) > 0 {
			d.Blocked = append(d.Blocked, blockers...)
			continue
		}
		remove(&d, inc, spec.Object{}, CauseNotDesired, "")
	}
	return delayRetry(p.World, p.whenListed(d, owner.EngineKind(k.Kind)), "")
}

// doomed reports whether k is orphaned and is to be pruned.
func (p pruning) doomed(k spec.Key) bool {
	return p.orphaned(k) && !p.Prune.Off && !p.index.withheld[k]
}

// orphaned reports whether k has objects of ours that no manifest declares any
// more. Everything that could declare them must have been read, including the
// file that declared them last. Retained volumes are never orphaned.
func (p pruning) orphaned(k spec.Key) bool {
	if _, desired := p.Desired.Objects[k]; desired || !p.Desired.Complete {
		return false
	}
	if _, kept := p.untouched(k); kept || len(p.index.problems[k]) > 0 {
		return false
	}
	return slices.ContainsFunc(p.index.owned[k], p.prunable)
}

// untouched returns the blocker for a key that no manifest declares and whose
// objects are not changed nevertheless: it is suspended, or its container is paused.
func (p pruning) untouched(k spec.Key) (Blocker, bool) {
	if _, desired := p.Desired.Objects[k]; desired || len(p.index.owned[k]) == 0 {
		return Blocker{}, false
	}
	switch {
	case p.suspended(k):
		return Blocker{
			Key: k, Reason: condition.ReasonSuspended,
			Message: "no manifest declares it any more: it is removed after `reconciler resume " + k.Name + "`",
		}, true
	case p.isPaused(k) && !p.Prune.All:
		return Blocker{
			Key: k, Reason: condition.ReasonPaused,
			Message: "no manifest declares it any more, and it is paused at the engine: it is removed once it is unpaused",
		}, true
	}
	return Blocker{}, false
}

// keptPaused reports whether k is kept without a manifest because it is paused.
func (p pruning) keptPaused(k spec.Key) bool {
	b, kept := p.untouched(k)
	return kept && b.Reason == condition.ReasonPaused
}

// keptUndeclared reports whether no manifest declares k and its objects are
// kept: either not everything that could declare them was read, or they are not
// to be pruned.
func (p pruning) keptUndeclared(k spec.Key) bool {
	_, desired := p.Desired.Objects[k]
	_, kept := p.untouched(k)
	return !desired && !kept && len(p.index.owned[k]) > 0 && len(p.index.problems[k]) == 0 && !p.doomed(k)
}

// prunable reports whether an incarnation may be pruned: the file that declared
// it was read, and it is not a retained volume.
func (p pruning) prunable(inc incarnation) bool {
	return !p.Desired.Shielded[inc.id.Source] && !p.retained(inc)
}

// retained reports whether an incarnation is a volume that is kept once no
// manifest declares it.
func (p pruning) retained(inc incarnation) bool {
	return inc.id.Key.Kind == spec.KindVolume && !p.Purge && inc.id.DeletionPolicy != spec.Delete
}

// visible reports whether k is to be reconciled and shown: it is desired, it has
// a problem, or it has objects of ours that are not just retained.
func (p pruning) visible(k spec.Key) bool {
	if _, desired := p.Desired.Objects[k]; desired || len(p.index.problems[k]) > 0 {
		return true
	}
	return slices.ContainsFunc(p.index.owned[k], func(inc incarnation) bool { return !p.retained(inc) })
}

// dependentsInTheWay returns a deletion blocker for each dependent that must be
// gone, or at rest, before the objects of k may be removed.
func (p pruning) dependentsInTheWay(k spec.Key) []Blocker {
	var blockers []Blocker
	for _, d := range p.index.dependents[k] {
		if d != k && p.inTheWay(d, k) {
			blockers = append(blockers, Blocker{
				Key:     d,
				Reason:  condition.ReasonDeletionBlocked,
				Message: fmt.Sprintf("%s depends on it and must be stopped or removed first", d),
			})
		}
	}
	return blockers
}

// inTheWay reports whether the dependent d prevents the removal of k. A doomed
// dependent must be gone, any other one must be at rest. Inside a cycle only
// structural edges count.
func (p pruning) inTheWay(d, k spec.Key) bool {
	edge, found := p.edgeBetween(d, k)
	if !found {
		return false
	}
	if edge.Structural {
		return len(p.index.owned[d]) > 0
	}
	if p.index.component[d] == p.index.component[k] {
		return false
	}
	if p.doomed(d) {
		return true
	}
	if _, desired := p.Desired.Objects[d]; !desired || edge.Optional {
		return false
	}
	return p.isRunning(d) && !p.suspended(d) && !p.isPaused(d)
}

// orphanWorks reports whether objects that no manifest declares still do their job as
// far as can be observed: a container runs, or exited with code 0.
func (p pruning) orphanWorks(k spec.Key) bool {
	obj, found := p.Container(k)
	if k.Kind != spec.KindContainer || !found || p.isRunning(k) {
		return true
	}
	return obj.Container.Status == engine.StatusExited && obj.Container.ExitCode == 0
}
