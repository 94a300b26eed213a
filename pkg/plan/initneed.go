// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Init containers run before each start of their container, in order. A run
// counts for one start only: it must be younger than the incarnation that is to
// start, and than its last end. The engine's own times therefore decide which runs
// are left, and nothing has to be remembered. The container reports which init
// container it waits for, and that init container runs.

// incarnationBlockers returns everything that an incarnation must wait for before
// it may start, including the next init container that has to run.
func (d dependencies) incarnationBlockers(obj spec.Object, inc incarnation) []Blocker {
	if blockers := d.startBlockers(obj); len(blockers) > 0 {
		return blockers
	}
	if networks(d).uncertainBinding(inc.obj.Container) {
		return []Blocker{d.unreadBlocker(obj.Key(), engine.KindNetwork)}
	}
	since := initSince(inc.obj)
	for _, ic := range obj.Container.InitContainers {
		init, desired := d.Desired.Objects[obj.InitKey(ic.Name)]
		if desired && !d.initialized(init, since) {
			return []Blocker{d.initBlocker(init, since)}
		}
	}
	return nil
}

// initSince returns the time after which init containers must have run for an
// incarnation that is to start.
func initSince(container engine.Object) time.Time {
	if container.Container.StartedAt.IsZero() {
		return container.Created
	}
	return container.Container.FinishedAt
}

// initialized reports whether an init container has succeeded since then.
func (d dependencies) initialized(init spec.Object, since time.Time) bool {
	c := incarnationsOf(d.World, init)
	return c.main != nil && c.upToDate(*c.main) && !c.main.obj.Created.Before(since) && c.initSucceeded()
}

// initBlocker returns the blocker for a container that waits for an init
// container.
func (d dependencies) initBlocker(init spec.Object, since time.Time) Blocker {
	k := init.Key()
	b := Blocker{Key: k, Reason: condition.ReasonInitializing, Message: k.String() + " has not completed yet"}
	c := incarnationsOf(d.World, init)
	ended := c.ended() && !c.main.obj.Created.Before(since)
	if ended && !c.initSucceeded() {
		b.Reason, b.Message = condition.ReasonInitContainerFailed, k.String()+" "+c.initEnd()
	}
	if d.failed(init, map[spec.Key]bool{}) {
		b.Reason, b.Stalls = condition.ReasonInitContainerFailed, true
		b.Message += "; it will not become ready on its own"
	}
	return b
}

// initEnd describes how the last run of an init container ended.
func (c *incarnations) initEnd() string {
	state, limit := c.main.obj.Container, c.obj.Init.Timeout.Std()
	if c.record().Stopped && limit > 0 && state.FinishedAt.Sub(state.StartedAt) >= limit {
		return fmt.Sprintf("was stopped because it exceeded its timeout of %s", limit)
	}
	return exitMessage(state)
}
