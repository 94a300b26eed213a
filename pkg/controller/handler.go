// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"fmt"
	"maps"
	"runtime/debug"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// handler hides the observer's callbacks from the Controller's users. The
// callbacks run in the observer's goroutines, so they recover from panics.
type handler struct{ controller *Controller }

// Changed enqueues the keys that an observed change concerns.
func (h handler) Changed(change observer.Change) {
	c := h.controller
	defer h.recoverCallback("Changed")
	if change.All {
		c.enqueueAll()
		return
	}
	for _, k := range change.Keys {
		c.queue.Add(k)
	}
	c.locked(func() {
		for _, name := range change.Names {
			for _, k := range c.desired.claims[name] {
				c.queue.Add(k)
			}
		}
	})
}

// StateChanged enqueues every key when the engine came or went.
func (h handler) StateChanged(s observer.State) {
	c := h.controller
	defer h.recoverCallback("StateChanged")
	var old observer.State
	c.locked(func() {
		old, c.engine = c.engine, s
		c.times.update(s, c.cfg.Now())
	})
	defer c.announce()
	if old.Connected == s.Connected && old.Reason == s.Reason {
		if s.WatchHealthy && !old.WatchHealthy {
			c.enqueueAll() // an outage has ended, which may explain the end of containers
		}
		return
	}
	defer c.enqueueAll()
	if s.Connected {
		c.cfg.Logger.Info("engine connected", "engine", s.Info.Name, "version", s.Info.Version)
	} else {
		c.cfg.Logger.Warn("engine lost: nothing is done until it answers", "reason", s.Reason, "err", s.Err)
	}
}

// recoverCallback recovers from a panic of a callback. Which key caused it is not
// known: the keys are enqueued, and the pass over the one that panics quarantines
// it.
func (h handler) recoverCallback(name string) {
	cause := recover()
	if cause == nil {
		return
	}
	h.controller.cfg.Logger.Error("observer callback panicked", "callback", name, "err", fmt.Sprint(cause), "stack", string(debug.Stack()))
	h.controller.enqueueKnown()
}

// enqueueAll enqueues every key, including those that are gone.
func (c *Controller) enqueueAll() {
	c.enqueueKnown()
	for _, k := range c.World().Keys() {
		c.queue.Add(k)
	}
}

// enqueueKnown enqueues the keys that are known without a world.
func (c *Controller) enqueueKnown() {
	var keys []spec.Key
	c.locked(func() {
		keys = slices.AppendSeq(keys, maps.Keys(c.memory))
		keys = slices.AppendSeq(keys, maps.Keys(c.desired.faults))
		keys = slices.AppendSeq(keys, maps.Keys(c.desired.set.Objects))
	})
	for _, k := range keys {
		c.queue.Add(k)
	}
}
