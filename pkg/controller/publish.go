// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// publish publishes the report of the key that d was decided for, and requeues
// its neighbors when they may depend on the change.
func (c *Controller) publish(w world, d plan.Decision) {
	if !visible(w, d.Key) {
		c.withdraw(d.Key)
		return
	}
	r := status.Build(w.World, d)
	c.addLastLog(&r)
	c.publishIfChanged(d.Key, w.sequence, r.After)
	c.requeueNeighbors(w, r)
}

// addLastLog adds to the root cause of a report the last lines of its container's
// output.
func (c *Controller) addLastLog(r *status.Report) {
	if cause := r.Status.RootCause; cause != nil {
		if k, err := spec.ParseKey(cause.Object); err == nil {
			cause.LastLogLines = c.logs.Lines(k)
		}
	}
}

// visible reports whether the world contains a key.
func visible(w world, k spec.Key) bool {
	_, found := slices.BinarySearchFunc(w.Keys(), k, spec.Key.Compare)
	return found
}

// withdraw deletes the report of a key that is gone.
func (c *Controller) withdraw(k spec.Key) {
	neighbors, known := c.forget(k)
	if !known {
		return
	}
	c.cfg.Store.Delete(k)
	for _, n := range neighbors {
		c.queue.Add(n)
	}
}

// publishIfChanged replaces the report of a key by the result of change for the old
// one and records the events between the two. It does nothing if a report of a
// newer world was published; sequence is the number of the world that the new
// report was built from.
func (c *Controller) publishIfChanged(k spec.Key, sequence uint64, change func(status.Report) status.Report) {
	var old, next status.Report
	c.cfg.Store.Update(k, func(r status.Report) status.Report {
		if !c.newest(k, sequence) {
			return r
		}
		old, next = r, change(r)
		return next
	})
	if next.Key != k {
		return
	}
	c.measure(old, next)
	for _, e := range status.Transitions(old, next) {
		c.record(e)
	}
}

// newest reports whether no report of a newer world of the key was published.
func (c *Controller) newest(k spec.Key, sequence uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.remember(k)
	m.seen = c.desired.version
	if sequence < m.published {
		return false
	}
	m.published = sequence
	return true
}

// measure records the time until an edited object was ready or a container that
// ended ran again.
func (c *Controller) measure(old, next status.Report) {
	var readied, away time.Duration
	var wasEdited, back bool
	c.locked(func() {
		away, back = c.cameBack(old, next)
		readied, wasEdited = c.readied(next)
	})
	if wasEdited {
		c.cfg.Metrics.BecameReady(next.Key.Kind, readied)
	}
	if back {
		c.cfg.Metrics.CameBack(away)
	}
}

// publishUnavailable publishes that the state of a key cannot be observed while
// the engine is away.
func (c *Controller) publishUnavailable(k spec.Key, state observer.State) {
	if u, known := plan.EngineUnavailable(state.Reason, state.Err); known {
		c.publishUnknown(c.world(), k, u)
	}
}

// publishUnreadable publishes that the objects of a key cannot be read.
func (c *Controller) publishUnreadable(w world, k spec.Key, err error) {
	if u, lasting := plan.Unreadable(err, c.queue.NumRequeues(k)); lasting {
		c.publishUnknown(w, k, u)
	}
}

// publishUnknown publishes the last observed state of a key, marked as unknown.
func (c *Controller) publishUnknown(w world, k spec.Key, u plan.Unavailable) {
	if visible(w, k) {
		c.publishIfChanged(k, w.sequence, status.BuildUnavailable(w.World, k, u).After)
	}
}

// publishManifest publishes the report of a file without a valid document, or
// deletes the report when the file is valid or gone.
func (c *Controller) publishManifest(k spec.Key) {
	var problems []spec.Problem
	c.locked(func() { problems = c.desired.faults[k] })
	if len(problems) == 0 {
		c.withdraw(k)
		return
	}
	c.publishFault(k, plan.ManifestFault(problems))
}

// publishFault publishes that a key cannot be decided on.
func (c *Controller) publishFault(k spec.Key, f plan.Fault) {
	var obj spec.Object
	var sequence uint64
	c.locked(func() {
		obj = c.desired.set.Objects[k]
		sequence = c.nextSequence()
	})
	now := c.cfg.Now()
	c.publishIfChanged(k, sequence, func(old status.Report) status.Report { return old.WithFault(k, obj, f, now) })
}
