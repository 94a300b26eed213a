// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"maps"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Settled reports whether nothing more will happen by itself; status.Settled
// defines that for each key.
func (c *Controller) Settled() bool {
	if !c.started() || !c.cfg.Observer.State().Connected || c.queue.Len() > 0 {
		return false
	}
	w := c.world()
	if !c.reconciled(w.Keys()) {
		return false
	}
	for _, k := range w.Keys() {
		settled := false
		c.protect(k, func() { settled = status.Settled(w.World, k, c.cfg.Store.Get) })
		if !settled {
			return false
		}
	}
	return true
}

// reconciled reports whether every one of the keys was reconciled since the last
// desired state came.
func (s *state) reconciled(keys []spec.Key) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range keys {
		if m := s.memory[k]; m == nil || m.seen != s.desired.version {
			return false
		}
	}
	for k := range s.desired.faults {
		if s.memory[k] == nil {
			return false
		}
	}
	return true
}

// WaitSettled returns nil once the controller is settled, or the error of ctx.
func (c *Controller) WaitSettled(ctx context.Context) error { return c.wait(ctx, c.Settled) }

// WaitSynced returns nil once every key was reconciled since the first desired
// state came, or the error of ctx.
func (c *Controller) WaitSynced(ctx context.Context) error {
	return c.wait(ctx, func() bool { return c.Summary().Synced })
}

// wait returns nil once done returns true, or the error of ctx.
func (c *Controller) wait(ctx context.Context, done func() bool) error {
	for {
		var progress <-chan struct{}
		c.locked(func() { progress = c.progress })
		if done() {
			return nil
		}
		select {
		case <-progress:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Summary is the controller's own state in numbers.
type Summary struct {
	// Synced reports that every key was reconciled since the first desired state
	// came.
	Synced bool
	// SourceComplete reports that all manifests could be read.
	SourceComplete bool
	// QueueDepth counts the keys that wait for a worker.
	QueueDepth int
	// Objects counts the desired objects, Ready those among them that are ready.
	Objects, Ready int
}

// Summary returns the present state.
func (c *Controller) Summary() Summary {
	s, seen := c.counts()
	for _, k := range seen {
		if r, found := c.cfg.Store.Get(k); found && condition.IsTrue(r.Status.Conditions, condition.Ready) {
			s.Ready++
		}
	}
	return s
}

// counts returns the summary without the number of ready objects, and the desired
// keys that were reconciled.
func (s *state) counts() (sum Summary, seen []spec.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen = slices.DeleteFunc(slices.Collect(maps.Keys(s.desired.set.Objects)), func(k spec.Key) bool {
		m := s.memory[k]
		return m == nil || m.seen == 0
	})
	return Summary{
		Synced:         s.desired.version > 0 && len(seen) == len(s.desired.set.Objects),
		SourceComplete: s.desired.set.Complete,
		QueueDepth:     s.queue.Len(),
		Objects:        len(s.desired.set.Objects),
	}, seen
}
