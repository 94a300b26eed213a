// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/graph"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// startBlockers are what a container has to wait for before it may start.
func (w World) startBlockers(obj spec.Object) []Blocker {
	return sortBlockers(append(w.needBlockers(obj), w.portBlockers(obj)...))
}

// needBlockers are what a container needs and does not have yet.
func (w World) needBlockers(obj spec.Object) []Blocker {
	blockers := w.dependencyBlockers(obj)
	if w.index.cyclic[obj.Key()] {
		blockers = append(blockers, w.cycleBlocker(obj.Key()))
	}
	return sortBlockers(blockers)
}

// dependencyBlockers are the edges of obj that are not satisfied.
func (w World) dependencyBlockers(obj spec.Object) []Blocker {
	var blockers []Blocker
	for _, e := range obj.Edges() {
		if w.Desired.Objects[e.To].Init != nil {
			continue // they wait for the incarnation: incarnationBlockers
		}
		if e.To.Kind.Content() {
			continue // told by contentBlockers
		}
		if b, blocked := w.unsatisfied(e); blocked {
			blockers = append(blockers, b)
		}
	}
	return append(blockers, w.contentBlockers(obj)...)
}

// contentBlockers are the configs and secrets, or entries of them, that are
// missing.
func (w World) contentBlockers(obj spec.Object) []Blocker {
	if obj.Resolved == nil {
		return nil
	}
	var blockers []Blocker
	for _, m := range obj.Resolved.Missing {
		b := Blocker{
			Key: m.Key, Reason: condition.Reason(m.Reason), Message: m.Path + ": " + m.Message, Stalls: w.Desired.Complete,
		}
		if len(w.index.problems[m.Key]) > 0 {
			b.Reason, b.Stalls = condition.ReasonDependencyNotReady, false
			b.Message = m.Key.String() + " has no valid manifest"
		}
		blockers = append(blockers, b)
	}
	return blockers
}

// unsatisfied says why the target of an edge has not come far enough.
func (w World) unsatisfied(e spec.Edge) (Blocker, bool) {
	target, desired := w.Desired.Objects[e.To]
	switch {
	case !desired && e.Optional:
		return Blocker{}, false
	case !desired && len(w.index.problems[e.To]) > 0:
		return Blocker{
			Key: e.To, Reason: condition.ReasonDependencyNotReady,
			Message: e.To.String() + " has no valid manifest",
		}, true
	case !desired:
		return Blocker{
			Key: e.To, Reason: condition.ReasonDependencyNotFound, Stalls: w.Desired.Complete,
			Message: fmt.Sprintf("no manifest declares %s: add one, or drop the dependency", e.To),
		}, true
	case e.To.Kind != spec.KindContainer:
		if w.present(target) {
			return Blocker{}, false
		}
		return w.lacking(e, target, e.To.String()+" does not exist yet")
	}
	message := w.short(target, e.Until)
	if message == "" {
		return Blocker{}, false
	}
	return w.lacking(e, target, message)
}

// lacking is the blocker for a target that is not there yet, or never will be.
func (w World) lacking(e spec.Edge, target spec.Object, message string) (Blocker, bool) {
	if !w.failed(target, map[spec.Key]bool{}) {
		return Blocker{Key: e.To, Reason: condition.ReasonDependencyNotReady, Message: message}, true
	}
	if e.Optional {
		return Blocker{}, false
	}
	message += "; it needs attention first"
	return Blocker{Key: e.To, Reason: condition.ReasonDependencyFailed, Message: message, Stalls: true}, true
}

// short says what a container still lacks to satisfy until; empty when nothing.
func (w World) short(target spec.Object, until spec.Until) string {
	c := w.castOf(target)
	name := target.Key().String()
	if c.main == nil {
		return name + " does not exist yet"
	}
	if !c.fresh(*c.main) && w.History[target.Key()].Rejected != c.hash && !w.suspended(target.Key()) {
		return name + " is being replaced"
	}
	state := c.main.obj.Container
	health := w.healthOf(target, c.main.obj)
	done := state.Status == engine.StatusExited && w.finished(target, state)
	switch {
	case until == spec.UntilCompleted && done:
		return ""
	case until == spec.UntilCompleted:
		return name + " has not completed yet"
	case until == spec.UntilHealthy && state.Running() && health.Status == engine.HealthNone:
		return name + " has no health check and no probes: add one, or use condition ready"
	case done && until != spec.UntilHealthy:
		return ""
	case state.Status == engine.StatusCreated:
		return name + " has not started yet"
	case state.Status != engine.StatusRunning:
		return fmt.Sprintf("%s is %s", name, state.Status)
	case until == spec.UntilStarted:
		return ""
	case health.Status == engine.HealthUnhealthy:
		return name + " is unhealthy"
	case state.Health == engine.HealthStarting:
		return name + " is starting: its health check has not passed yet"
	case health.Status == engine.HealthStarting:
		return name + " is starting: its probes have not passed yet"
	}
	return ""
}

// failed reports that a container will not come by itself: its last attempt
// failed for good, it ended and stays so, somebody has its name, or the same is
// true of something that it needs and does not have.
func (w World) failed(obj spec.Object, seen map[spec.Key]bool) bool {
	k := obj.Key()
	if seen[k] {
		return false
	}
	seen[k] = true
	if w.index.cyclic[k] {
		return true
	}
	if _, taken := w.nameTaken(obj); taken {
		return true
	}
	if f := w.History[k].Failure; f != nil && f.Hash == w.hashOf(obj) && classify(f.Code).stalls {
		return true
	}
	if obj.Container == nil {
		return obj.External() && !w.present(obj)
	}
	if obj.Container.PullPolicy == spec.PullNever && !w.hasImage(obj) {
		return true
	}
	return w.suspended(k) || w.staysDown(w.castOf(obj)) || w.needsFailed(obj, seen)
}

// staysDown reports that a container has ended, or is to be stopped, and that
// nothing but a user will start it.
func (w World) staysDown(c cast) bool {
	if _, held := w.stopHeld(c); held {
		return true
	}
	if c.main == nil || c.main.obj.Container.Status != engine.StatusExited {
		return false
	}
	state := c.main.obj.Container
	rec := w.History[c.obj.Key()]
	again := w.finished(c.obj, state) || rec.Stopped || w.wanted(c.obj.Key(), state) || w.nearOutage(state.FinishedAt)
	return !again && exhausted(c.obj, PaceOf(c.obj.Container.RestartBackoff).Streak(rec, state, w.Now))
}

// needsFailed reports that something obj cannot do without is missing and will
// not come by itself.
func (w World) needsFailed(obj spec.Object, seen map[spec.Key]bool) bool {
	for _, e := range obj.Edges() {
		target, desired := w.Desired.Objects[e.To]
		switch {
		case e.Optional:
		case !desired && w.Desired.Complete:
			return true
		case !desired:
		case e.To.Kind != spec.KindContainer && w.present(target):
		case e.To.Kind == spec.KindContainer && w.short(target, e.Until) == "":
		case w.failed(target, seen):
			return true
		}
	}
	return false
}

// cycleBlocker spells out the cycle of declared edges that k is part of.
func (w World) cycleBlocker(k spec.Key) Blocker {
	cycle := graph.Cycle(k, func(n spec.Key) []spec.Key { return declaredTargets(w.Desired, n) })
	names := make([]string, len(cycle))
	for i, n := range cycle {
		names[i] = n.Namespace + "/" + n.Name
	}
	return Blocker{
		Key: k, Reason: condition.ReasonDependencyCycle, Stalls: true,
		Message: "dependencies form a cycle: " + strings.Join(names, " -> ") + ": drop one of them",
	}
}
