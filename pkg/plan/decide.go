// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Decide returns the actions that bring k closer to its manifest now, and what
// blocks it. The package comment is its contract.
func Decide(w World, k spec.Key) Decision {
	d := decide(w, k)
	if obj, desired := w.Desired.Objects[k]; desired {
		d.Suspension = NotSuspended
		if obj.Suspended() {
			d.Suspension = SuspendedByManifest
		}
	}
	return d
}

func decide(w World, k spec.Key) Decision {
	obj, desired := w.Desired.Objects[k]
	if !desired {
		return pruning{w}.decide(k)
	}
	if w.suspended(k) {
		return waitFor(k, Blocker{
			Key: k, Reason: condition.ReasonSuspended,
			Message: "it is not changed until it is resumed",
		})
	}
	if w.index.cyclic[k] && k.Kind == spec.KindContainer && len(w.index.owned[k]) == 0 {
		return waitFor(k, dependencies{w}.cycleBlocker(k))
	}
	if rival, taken := (names{w}).conflict(obj); taken {
		return waitFor(k, rival)
	}
	switch k.Kind {
	case spec.KindContainer:
		return decideContainer(w, obj)
	case spec.KindNetwork:
		return networks{w}.decideNetwork(obj)
	case spec.KindVolume:
		return networks{w}.decideVolume(obj)
	}
	return Decision{Key: k}
}

// decideContainer chooses which part of the package decides for a container.
func decideContainer(w World, obj spec.Object) Decision {
	c := incarnationsOf(w, obj)
	run := lifecycle{steps{c}}
	if w.isPaused(obj.Key()) && !w.stopRequested(obj.Key()) {
		return waitFor(obj.Key(), Blocker{
			Key: obj.Key(), Reason: condition.ReasonPaused,
			Message: "paused at the engine: it is not changed until it is unpaused",
		})
	}
	if w.index.missingDependency[obj.Key()] {
		return run.stopForDependency()
	}
	if c.namesBack() {
		return run.nameBack()
	}
	if b, held := c.holdBlocker(); held {
		return run.stopAndHold(b)
	}
	if obj.Init != nil {
		since, waiting := initRequest(w, obj)
		return initRun{steps{c}, since, waiting}.decide()
	}
	change := replacement{lifecycle: run}
	switch {
	case c.main == nil:
		return change.withoutMain()
	case c.boundToGone(*c.main):
		return change.rebind(CauseBindingReplaced)
	case c.boundToOld(*c.main):
		return change.rebind(CauseOwnerReplaced)
	case !c.upToDate(*c.main) || c.stranded():
		return change.replace()
	case len(c.olds) > 0 && c.replacementFailed():
		return change.putBack()
	}
	return correction{change}.decide()
}

// initRequest reports whether the container of an init container waits for it,
// and returns the time after which a run counts.
func initRequest(w World, init spec.Object) (since time.Time, waiting bool) {
	of := spec.Key{Kind: spec.KindContainer, Namespace: init.Metadata.Namespace, Name: init.Init.Container}
	for _, b := range Decide(w, of).Blocked {
		if b.Key != init.Key() {
			continue
		}
		c := incarnationsOf(w, w.Desired.Objects[of])
		switch {
		case c.next != nil:
			return initSince(c.next.obj), true
		case c.main != nil:
			return initSince(c.main.obj), true
		}
	}
	return time.Time{}, false
}
