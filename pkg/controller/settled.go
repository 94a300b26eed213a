// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Settled reports that nothing more will happen by itself: every desired key is
// Ready, Stalled or Suspended, or waits for one that is not Ready and settled;
// and what is not desired is gone, or held by what only a human can change.
func (c *Controller) Settled() bool {
	if !c.started() || !c.cfg.Observer.State().Connected || c.queue.Len() > 0 {
		return false
	}
	w := c.look()
	c.mu.Lock()
	reports := make(map[string]status.Report, len(c.memory))
	current := true
	for _, k := range w.Keys() {
		m := c.memory[k]
		if m == nil || m.seen != c.desired.version {
			current = false
			break
		}
		reports[k.String()] = m.report
	}
	for k := range c.desired.faults {
		current = current && c.memory[k] != nil
	}
	c.mu.Unlock()
	if !current {
		return false
	}
	for _, k := range w.Keys() {
		if !settledKey(w, reports, k, map[spec.Key]bool{}) {
			return false
		}
	}
	return true
}

func settledKey(w view, reports map[string]status.Report, k spec.Key, seen map[spec.Key]bool) bool {
	if seen[k] {
		return true
	}
	seen[k] = true
	conditions := reports[k.String()].Status.Conditions
	if c := condition.Find(conditions, condition.Stalled); c != nil && c.Reason == string(condition.ReasonInternalError) {
		return true // in quarantine: not even a decision is to be had
	}
	d := plan.Decide(w.World, k)
	if len(d.Actions) > 0 {
		return false
	}
	is := func(t condition.Type) bool { return condition.IsTrue(conditions, t) }
	if is(condition.Stalled) || is(condition.Suspended) {
		return true
	}
	if _, desired := w.Object(k); !desired && len(d.Blocked) == 0 {
		return d.RequeueAfter == 0
	}
	if is(condition.Ready) {
		return !is(condition.Reconciling) && d.RequeueAfter == 0
	}
	if len(d.Blocked) == 0 {
		return false
	}
	for _, b := range d.Blocked {
		r, known := reports[b.Key.String()]
		if b.Key == k || known && condition.IsTrue(r.Status.Conditions, condition.Ready) ||
			!settledKey(w, reports, b.Key, seen) {
			return false
		}
	}
	return true
}

// WaitSettled waits until Settled, or until ctx ends.
func (c *Controller) WaitSettled(ctx context.Context) error { return c.wait(ctx, c.Settled) }

// WaitSynced waits until every key was looked at since the first desired state
// came, or until ctx ends.
func (c *Controller) WaitSynced(ctx context.Context) error {
	return c.wait(ctx, func() bool { return c.Summary().Synced })
}

// wait waits until something is so, or until ctx ends.
func (c *Controller) wait(ctx context.Context, isSo func() bool) error {
	for {
		c.mu.Lock()
		moved := c.moved
		c.mu.Unlock()
		if isSo() {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Summary is the controller's own state in numbers.
type Summary struct {
	// Synced reports that every key was looked at since the first desired state
	// came.
	Synced bool
	// SourceComplete reports that all manifests could be read.
	SourceComplete bool
	// QueueDepth counts the keys that wait for a worker.
	QueueDepth int
	// Objects counts the desired objects, Ready those among them that are ready.
	Objects, Ready int
}

// Summary is the state now.
func (c *Controller) Summary() Summary {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := Summary{
		Synced:         c.desired.version > 0,
		SourceComplete: c.desired.set.Complete,
		QueueDepth:     c.queue.Len(),
		Objects:        len(c.desired.set.Objects),
	}
	for k := range c.desired.set.Objects {
		m := c.memory[k]
		if m == nil || m.seen == 0 {
			s.Synced = false
			continue
		}
		if condition.IsTrue(m.report.Status.Conditions, condition.Ready) {
			s.Ready++
		}
	}
	return s
}
