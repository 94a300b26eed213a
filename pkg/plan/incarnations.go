// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// incarnations are the engine's containers of one desired container, by role.
// Its methods answer questions about them and make no decision.
type incarnations struct {
	World
	obj  spec.Object
	hash spec.Hash
	// main has the engine name, unless a user renamed it; nil when there is none.
	// All others have temporary names.
	main *incarnation
	// next is a replacement with the desired hash that has not taken over yet.
	next *incarnation
	// olds have run and were renamed to make way for a replacement, oldest first.
	olds []incarnation
	// leftovers have never run and are not as declared.
	leftovers []incarnation
}

// incarnationsOf assigns a role to each incarnation of a desired container.
func incarnationsOf(w World, obj spec.Object) *incarnations {
	c := &incarnations{World: w, obj: obj, hash: w.hashOf(obj)}
	all := w.index.owned[obj.Key()]
	at := findMain(all, obj.EngineName())
	mainUpToDate := at >= 0 && c.upToDate(all[at])
	for i, inc := range all {
		replaced := mainUpToDate && !inc.obj.Container.StartedAt.IsZero() // by a main with the same hash
		switch {
		case i == at:
			c.main = &inc
		case c.next == nil && c.upToDate(inc) && !replaced && c.usable(inc):
			c.next = &inc
		case inc.obj.Container.StartedAt.IsZero():
			c.leftovers = append(c.leftovers, inc)
		default:
			c.olds = append(c.olds, inc)
		}
	}
	return c
}

// findMain returns the position of the incarnation that stands for its key: the one
// with its engine name, otherwise one that a user renamed, and of several the one
// that runs. It returns -1 when all of them have temporary names.
func findMain(all []incarnation, engineName string) int {
	for _, stands := range []func(incarnation) bool{
		func(inc incarnation) bool { return inc.obj.Name == engineName },
		func(inc incarnation) bool { return inc.obj.Name == inc.id.EngineName }, // named by an older manifest
		func(inc incarnation) bool { return inc.renamed() && inc.obj.Container.Running() },
		incarnation.renamed,
	} {
		if at := slices.IndexFunc(all, stands); at >= 0 {
			return at
		}
	}
	return -1
}

// renamed reports whether a user renamed a container.
func (inc incarnation) renamed() bool {
	return inc.obj.Container != nil && inc.obj.Name != inc.id.EngineName &&
		!owner.IsTemporaryName(inc.obj.Name, inc.id.EngineName, inc.id.UID)
}

// nameDrifts reports whether main has another name than its manifest declares,
// because a user renamed it.
func (c *incarnations) nameDrifts() bool {
	return c.main != nil && c.main.renamed() && c.main.obj.Name != c.obj.EngineName()
}

// namesBack reports whether main is to get its name back now.
func (c *incarnations) namesBack() bool {
	if !c.nameDrifts() || !c.correctsDrift() {
		return false
	}
	switch c.main.obj.Container.Status {
	case engine.StatusRemoving, engine.StatusDead:
		return false
	}
	return true
}

// record returns the controller's memory of the container.
func (c *incarnations) record() Record { return c.History[c.obj.Key()] }

// state returns the observed state of main; nil when there is none.
func (c *incarnations) state() *engine.Container {
	if c.main == nil {
		return nil
	}
	return c.main.obj.Container
}

// upToDate reports whether an incarnation was created from the manifest as it is now,
// as far as its hash shows.
func (c *incarnations) upToDate(inc incarnation) bool {
	return inc.id.Hash == c.hash || !c.hash.Comparable(inc.id.Hash)
}

// usable reports whether an incarnation can serve as the replacement: no start
// of it has failed, and nothing that it is bound to is gone.
func (c *incarnations) usable(inc incarnation) bool {
	state := inc.obj.Container
	return state.Error == "" && state.Status != engine.StatusRemoving && state.Status != engine.StatusDead &&
		!c.boundToGone(inc) && !c.boundToOld(inc)
}

// boundToGone reports whether an incarnation is bound to a network or volume
// that is gone or is being replaced.
func (c *incarnations) boundToGone(inc incarnation) bool {
	return networks{c.World}.boundToGone(c.obj, inc.obj)
}

// attach returns the actions that correct the networks of an incarnation.
func (c *incarnations) attach(inc incarnation) []Action {
	return networks{c.World}.attach(c.obj, inc)
}

// stranded reports whether main runs and the engine may refuse to connect it to a
// network that it lacks, so that it has to be replaced.
func (c *incarnations) stranded() bool {
	return c.main.obj.Container.Running() && networks{c.World}.baseGone(c.main.obj) &&
		slices.ContainsFunc(c.attach(*c.main), func(a Action) bool { return a.Verb == Connect })
}

// ended reports whether main exists and has exited.
func (c *incarnations) ended() bool {
	return c.main != nil && c.main.obj.Container.Status == engine.StatusExited
}

// finished reports whether an exited main has done its job and must not be
// restarted. An end during an outage does not count, because many programs exit
// with code 0 when they are asked to stop.
func (c *incarnations) finished() bool {
	name, state := c.obj.Container.RestartPolicy.Name, c.main.obj.Container
	return state.ExitCode == 0 && (name == spec.RestartNo || name == spec.RestartOnFailure) &&
		!c.nearOutage(state.FinishedAt)
}

// exhausted reports whether the restart policy allows no restart after so many
// that did not last.
func (c *incarnations) exhausted(streak int) bool {
	policy := c.obj.Container.RestartPolicy
	return policy.Name == spec.RestartNo || policy.Name == spec.RestartOnFailure &&
		policy.MaximumRetryCount > 0 && streak >= policy.MaximumRetryCount
}

// staysDown reports whether main has ended, or is to be stopped, and only a user
// can change that.
func (c *incarnations) staysDown() bool {
	if _, held := c.holdBlocker(); held {
		return true
	}
	if !c.ended() {
		return false
	}
	state, rec := c.main.obj.Container, c.record()
	again := c.finished() || rec.Stopped || c.startRequested(c.obj.Key(), state) || c.nearOutage(state.FinishedAt)
	return !again && c.exhausted(c.restartBackoff().Streak(rec, state, c.Now))
}

// startFailed reports whether the last action for this hash was a start of main
// that failed and left no error on the container.
func (c *incarnations) startFailed() bool {
	f := c.record().Failure
	if f == nil || f.Verb != Start || f.Hash != c.hash || outcomeUnknown(f.Code) {
		return false
	}
	// With init containers, time passes between creation and start: a container
	// that was created after the failure is another one.
	return len(c.obj.Container.InitContainers) == 0 || !f.At.Before(c.main.obj.Created)
}

// replacementFailed reports whether main, which took over from an old
// incarnation, did not come up: its start failed, or it ended within probation.
func (c *incarnations) replacementFailed() bool {
	state := c.main.obj.Container
	if state.Running() || state.Status == engine.StatusRemoving || c.finished() {
		return false
	}
	if state.StartedAt.IsZero() {
		return state.Error != "" || c.startFailed()
	}
	return state.FinishedAt.Sub(state.StartedAt) < probation
}

// dependencyReplaced reports whether a dependency with restart: true was replaced
// after main started, and the replacement has proven itself. A dependency that
// was only restarted is still the same incarnation.
func (c *incarnations) dependencyReplaced() bool {
	return slices.ContainsFunc(c.obj.Container.Dependencies, func(d spec.Dependency) bool {
		target, desired := c.Desired.Objects[d.Key(c.obj.Metadata.Namespace)]
		if !d.Restart || !desired {
			return false
		}
		dep := incarnationsOf(c.World, target)
		return dep.main != nil && len(dep.olds) == 0 && dep.upToDate(*dep.main) &&
			dep.main.obj.Created.After(c.main.obj.Container.StartedAt)
	})
}

// managedByEngine reports whether the engine restarts the container instead of
// the controller.
func (c *incarnations) managedByEngine() bool {
	return c.obj.Container.RestartManagedBy == spec.RestartByEngine
}

// health returns the combined health of main.
func (c *incarnations) health() Health { return healthOf(c.World, c.obj, c.main.obj) }

// needsCure reports whether main runs, is unhealthy, and is to be restarted for
// that reason.
func (c *incarnations) needsCure() bool {
	h := c.health()
	return h.Status == engine.HealthUnhealthy && h.curable &&
		c.obj.Container.RestartPolicy.Name != spec.RestartNo &&
		c.obj.Container.OnUnhealthy != spec.UnhealthyIgnore && !c.managedByEngine()
}

// restartBackoff returns the restart delays of the container.
func (c *incarnations) restartBackoff() Backoff { return BackoffOf(c.obj.Container.RestartBackoff) }
