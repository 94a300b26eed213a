// SPDX-License-Identifier: Apache-2.0

package observer

import (
	"context"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

const (
	// regression is how much older than the newest event an event may be. If it is
	// older still, the engine's clock has been set back.
	regression = 2 * time.Second
	// retries is how often a failed read of an object is repeated before the object
	// is left to the next list.
	retries = 5
)

// observe marks the object of an event as dirty. It never blocks.
func (c *Cache) observe(ev engine.Event) {
	back := c.record(ev)
	c.opts.Logger.Debug("event", "object", ev.ID.String(), "action", ev.Action, "at", ev.Time)
	c.dirty.Add(ev.ID)
	if back { // events between the two times may have been skipped
		c.suspect()
	}
}

// record records an event, and reports whether the engine's clock was set back.
func (c *Cache) record(ev engine.Event) (back bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.table.events[ev.ID] = c.table.begin() // before any read that follows from it
	if ev.Stops {
		c.table.stops[ev.ID] = ev.Time
	}
	back = ev.Time.Before(c.lastEvent.Add(-regression))
	if back || ev.Time.After(c.lastEvent) {
		c.lastEvent = ev.Time
	}
	return back
}

// newestEvent returns the engine's time of the newest event.
func (c *Cache) newestEvent() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lastEvent
}

// readDirty reads dirty objects until the queue is shut down.
func (c *Cache) readDirty(ctx context.Context) {
	for {
		id, down := c.dirty.Get()
		if down {
			return
		}
		if ctx.Err() == nil {
			c.retry(id, c.read(ctx, id))
		}
		c.dirty.Done(id)
	}
}

// retry repeats a read that failed with err later, except while the engine is lost,
// because a list follows when it is back.
func (c *Cache) retry(id engine.ID, err error) {
	if err == nil || !c.State().Connected || c.dirty.NumRequeues(id) >= retries {
		c.dirty.Forget(id)
		return
	}
	c.opts.Logger.Debug("read failed", "object", id.String(), "err", err)
	c.dirty.AddRateLimited(id)
}

// read reads one object and updates the table.
func (c *Cache) read(ctx context.Context, id engine.ID) error {
	ctx, cancel := context.WithTimeout(ctx, c.opts.CallTimeout)
	defer cancel()
	if id.Kind == engine.KindImage {
		return c.readImage(ctx, id.Value)
	}
	stamp := c.begin()
	obj, err := c.engine.Get(ctx, id)
	switch {
	case engine.IsNotFound(err):
		c.apply(func(t *table, diff *differences) { t.drop(id, stamp, diff) })
		return nil
	case err != nil:
		c.suspectAfter(err)
		return err
	}
	c.apply(func(t *table, diff *differences) { t.put(obj, stamp, diff) })
	return nil
}

// readImage reads an image by its reference or ID and updates the table.
func (c *Cache) readImage(ctx context.Context, value string) error {
	stamp := c.begin()
	img, err := c.engine.Image(ctx, value)
	switch code := engine.CodeOf(err); {
	case code == engine.ImageNotFound || code == engine.NotFound:
		c.apply(func(t *table, diff *differences) { t.dropImage(value, stamp, diff) })
		return nil
	case err != nil:
		c.suspectAfter(err)
		return err
	}
	c.apply(func(t *table, diff *differences) { t.putImage(img, stamp, diff) })
	return nil
}

// suspectAfter requests a list after an error that may mean that the engine is gone
// or hangs.
func (c *Cache) suspectAfter(err error) {
	switch engine.CodeOf(err) {
	case engine.Unreachable, engine.Timeout:
		c.suspect()
	}
}
