// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/graph"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// dependencies decides on the conditions for the start of a container.
type dependencies struct{ World }

// startBlockers returns everything that a container must wait for before it may
// be created or started, except its init containers.
func (d dependencies) startBlockers(obj spec.Object) []Blocker {
	return sortBlockers(append(d.needBlockers(obj), portConflicts(d).blockers(obj)...))
}

// needBlockers returns a blocker for each dependency that a container does not
// have yet.
func (d dependencies) needBlockers(obj spec.Object) []Blocker {
	blockers := d.edgeBlockers(obj)
	if d.index.cyclic[obj.Key()] {
		blockers = append(blockers, d.cycleBlocker(obj.Key()))
	}
	return sortBlockers(blockers)
}

// edgeBlockers returns a blocker for each edge of obj that is not satisfied.
func (d dependencies) edgeBlockers(obj spec.Object) []Blocker {
	var blockers []Blocker
	for _, e := range obj.Edges() {
		if d.Desired.Objects[e.To].Init != nil {
			continue // init containers depend on the incarnation, see incarnationBlockers
		}
		if e.To.Kind.Content() {
			continue // see contentBlockers
		}
		if b, blocked := d.unsatisfied(e); blocked {
			blockers = append(blockers, b)
		}
	}
	return append(blockers, d.contentBlockers(obj)...)
}

// contentBlockers returns a blocker for each config, secret, or key of one that
// is missing.
func (d dependencies) contentBlockers(obj spec.Object) []Blocker {
	if obj.Resolved == nil {
		return nil
	}
	var blockers []Blocker
	for _, m := range obj.Resolved.Missing {
		b := Blocker{
			Key: m.Key, Reason: condition.Reason(m.Reason), Message: m.Path + ": " + m.Message, Stalls: d.Desired.Complete,
		}
		if len(d.index.problems[m.Key]) > 0 {
			b.Reason, b.Stalls = condition.ReasonDependencyNotReady, false
			b.Message = m.Key.String() + " has no valid manifest"
		}
		blockers = append(blockers, b)
	}
	return blockers
}

// unsatisfied returns the blocker for an edge whose target has not reached the
// required state; false when it has.
func (d dependencies) unsatisfied(e spec.Edge) (Blocker, bool) {
	target, desired := d.Desired.Objects[e.To]
	switch {
	case !desired && e.Optional:
		return Blocker{}, false
	case !desired && len(d.index.problems[e.To]) > 0:
		return Blocker{
			Key: e.To, Reason: condition.ReasonDependencyNotReady,
			Message: e.To.String() + " has no valid manifest",
		}, true
	case !desired:
		return Blocker{
			Key: e.To, Reason: condition.ReasonDependencyNotFound, Stalls: d.Desired.Complete,
			Message: fmt.Sprintf("no manifest declares %s: %s", e.To,
				cmp.Or(d.Desired.Suggest(e.To), "add one, or remove the dependency")),
		}, true
	case e.To.Kind != spec.KindContainer:
		if networks(d).present(target) {
			return Blocker{}, false
		}
		if networks(d).uncertain(target) {
			return d.unreadBlocker(e.To, nameOf(target).kind), true
		}
		return d.notReady(e, target, e.To.String()+" does not exist yet")
	}
	message := d.shortOf(target, e.Until)
	if message == "" {
		return Blocker{}, false
	}
	return d.notReady(e, target, message)
}

// notReady returns the blocker for a target that is not ready yet or never will
// be; false when the edge is optional and the target has failed.
func (d dependencies) notReady(e spec.Edge, target spec.Object, message string) (Blocker, bool) {
	if !d.failed(target, map[spec.Key]bool{}) {
		return Blocker{Key: e.To, Reason: condition.ReasonDependencyNotReady, Message: message}, true
	}
	if e.Optional {
		return Blocker{}, false
	}
	message += "; it will not become ready on its own"
	return Blocker{Key: e.To, Reason: condition.ReasonDependencyFailed, Message: message, Stalls: true}, true
}

// shortOf describes why a container does not satisfy until yet; empty when it
// does.
func (d dependencies) shortOf(target spec.Object, until spec.Until) string {
	c := incarnationsOf(d.World, target)
	name := target.Key().String()
	if c.main == nil {
		return name + " does not exist yet"
	}
	if !c.upToDate(*c.main) && c.record().Rejected != c.hash && !d.suspended(target.Key()) {
		return name + " is being replaced"
	}
	state, health := c.main.obj.Container, c.health()
	done := c.ended() && c.finished()
	switch {
	case until == spec.UntilCompleted && done:
		return ""
	case until == spec.UntilCompleted:
		return name + " has not completed yet"
	case until == spec.UntilHealthy && state.Running() && health.Status == engine.HealthNone:
		return name + " has no health check and no probes: add one, or depend on condition ready"
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

// failed reports whether an object needs a user before it can become ready: its
// last attempt failed for good, it ended and stays down, its name is taken, or
// the same holds for something that it needs and does not have.
func (d dependencies) failed(obj spec.Object, seen map[spec.Key]bool) bool {
	k := obj.Key()
	if seen[k] {
		return false
	}
	seen[k] = true
	if d.index.cyclic[k] {
		return true
	}
	if _, taken := names(d).conflict(obj); taken {
		return true
	}
	if f := d.History[k].Failure; f != nil && f.Hash == d.hashOf(obj) && classify(f.Code).stalls {
		return true
	}
	if obj.Container == nil {
		return obj.External() && !networks(d).present(obj) && !networks(d).uncertain(obj)
	}
	if obj.Container.PullPolicy == spec.PullNever && !d.hasImage(obj) && !d.unread(engine.KindImage) {
		return true
	}
	return d.suspended(k) || incarnationsOf(d.World, obj).staysDown() || d.needsFailed(obj, seen)
}

// needsFailed reports whether something that obj requires is missing and needs a
// user before it can become ready.
func (d dependencies) needsFailed(obj spec.Object, seen map[spec.Key]bool) bool {
	for _, e := range obj.Edges() {
		target, desired := d.Desired.Objects[e.To]
		switch {
		case e.Optional:
		case !desired && d.Desired.Complete:
			return true
		case !desired:
		case e.To.Kind != spec.KindContainer && networks(d).present(target):
		case e.To.Kind == spec.KindContainer && d.shortOf(target, e.Until) == "":
		case d.failed(target, seen):
			return true
		}
	}
	return false
}

// cycleBlocker returns the blocker for a key on a cycle of declared edges. Its
// message lists the cycle.
func (d dependencies) cycleBlocker(k spec.Key) Blocker {
	cycle := graph.Cycle(k, func(n spec.Key) []spec.Key { return declaredTargets(d.Desired, n) })
	names := make([]string, len(cycle))
	for i, n := range cycle {
		names[i] = n.Namespace + "/" + n.Name
	}
	return Blocker{
		Key: k, Reason: condition.ReasonDependencyCycle, Stalls: true,
		Message: "dependencies form a cycle: " + strings.Join(names, " -> ") + ": remove one of them",
	}
}

// stopsFirst returns the blocker for k when one of its dependents is to stop too,
// because dependents stop before their dependencies.
func (d dependencies) stopsFirst(k spec.Key, reason condition.Reason, stops func(spec.Key) bool) (Blocker, bool) {
	for _, dependent := range d.index.dependents[k] {
		inCycle := d.index.component[dependent] == d.index.component[k]
		if stops(dependent) && !inCycle && d.isRunning(dependent) && !d.suspended(dependent) && !d.isPaused(dependent) {
			return Blocker{Key: dependent, Reason: reason, Message: dependent.String() + " depends on it and must stop first"}, true
		}
	}
	return Blocker{}, false
}
