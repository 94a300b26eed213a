// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// holdBlocker returns the blocker for a container that must stay stopped: a
// user asked the controller for it, or stopped the container at the engine and
// its restart policy respects that.
func (c *incarnations) holdBlocker() (Blocker, bool) {
	k := c.obj.Key()
	hold := c.History[k].Hold
	b := Blocker{Key: k, Reason: condition.ReasonStoppedByUser, Stalls: true}
	switch {
	case c.stopRequested(k):
		b.Message = "stopped by a user: start it with `reconciler start " + k.Name + "`"
		return b, true
	case c.stoppedByUser(), hold.Hash == c.hash && c.respectsStop() && !c.nearOutage(hold.Since):
		b.Message = "stopped by a user at the engine, and its restart policy is unless-stopped: " +
			"start it with `reconciler start " + k.Name + "`, or change its manifest"
		return b, true
	}
	return Blocker{}, false
}

// respectsStop reports whether main has ended and its restart policy respects
// stops at the engine.
func (c *incarnations) respectsStop() bool {
	return c.ended() && c.obj.Container.RestartPolicy.Name == spec.RestartUnlessStopped
}

// stoppedByUser reports whether a user stopped main at the engine while the
// controller watched, and its restart policy respects that.
func (c *incarnations) stoppedByUser() bool {
	if !c.respectsStop() {
		return false
	}
	state, rec := c.main.obj.Container, c.record()
	if rec.Stopped || state.FinishedAt.Before(c.Since) {
		return false
	}
	if state.FinishedAt.Before(rec.Wanted) || c.nearOutage(state.FinishedAt) || !c.upToDate(*c.main) {
		return false
	}
	return !state.StopAskedAt.Before(state.StartedAt)
}

// initSucceeded reports whether the last run of an init container succeeded. A
// run that the controller stopped did not, whatever its exit code is.
func (c *incarnations) initSucceeded() bool {
	state := c.main.obj.Container
	return state.Status == engine.StatusExited && state.ExitCode == 0 &&
		!c.record().Stopped && !c.nearOutage(state.FinishedAt)
}
