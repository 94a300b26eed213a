// SPDX-License-Identifier: Apache-2.0

package observer

import (
	"sync"
	"time"

	"k8s.io/client-go/util/workqueue"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Cache is the observed state. It is safe for concurrent use.
type Cache struct {
	engine engine.Engine
	opts   Options
	// dirty holds the objects that are to be read after an event, each once
	// regardless of the number of events. Adding never blocks.
	dirty workqueue.TypedRateLimitingInterface[engine.ID]
	// kick requests a list before the next resync.
	kick   chan struct{}
	synced chan struct{}

	// delivering has one element while the state changes and the handler is called,
	// so that states arrive in order.
	delivering chan struct{}

	mu      sync.Mutex
	table   *table
	state   State
	handler Handler
	// lastEvent is the time of the newest event, by the engine's clock.
	lastEvent time.Time
}

const (
	// firstRetry and maxRetry bound the delay before a failed read of a dirty
	// object is repeated.
	firstRetry = 100 * time.Millisecond
	maxRetry   = 30 * time.Second
)

// New returns a Cache of the objects of an instance, which Run fills.
func New(e engine.Engine, instance string, opts Options) *Cache {
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[engine.ID](firstRetry, maxRetry)
	return &Cache{
		engine: e,
		opts:   opts.withDefaults(),
		dirty:  workqueue.NewTypedRateLimitingQueue(limiter),
		kick:   make(chan struct{}, 1),

		delivering: make(chan struct{}, 1),

		synced: make(chan struct{}),
		table:  newTable(instance),
	}
}

// Subscribe sets the handler of changes. It must be called before Run.
func (c *Cache) Subscribe(h Handler) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handler = h
}

// Snapshot returns the observed state and its version, which grows with each
// change.
func (c *Cache) Snapshot() (engine.Snapshot, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.table.snapshot()
}

// Stale reports whether an object of the key had an event and was not read since,
// so that the snapshot may be out of date.
func (c *Cache) Stale(k spec.Key) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.table.stale(k)
}

// State returns how well the engine can be observed now.
func (c *Cache) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Synced returns a channel that is closed after the first list.
func (c *Cache) Synced() <-chan struct{} { return c.synced }

// begin returns the stamp of a read that begins now.
func (c *Cache) begin() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.table.begin()
}

// apply adds the result of a read to the table and reports the changes.
func (c *Cache) apply(read func(*table, *differences)) {
	diff := newDifferences()
	c.publish(c.locked(func() Change {
		read(c.table, diff)
		return diff.change(c.table)
	}))
}

// locked calls change with the lock held and returns its result.
func (c *Cache) locked(change func() Change) Change {
	c.mu.Lock()
	defer c.mu.Unlock()
	return change()
}

// publish reports a change to the handler unless it is empty.
func (c *Cache) publish(change Change) {
	if h := c.subscriber(); h != nil && !change.Empty() {
		h.Changed(change)
	}
}

// subscriber returns the handler; nil when there is none.
func (c *Cache) subscriber() Handler {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.handler
}

// changeState changes the state, and reports it to the handler when the engine was
// lost or is back.
func (c *Cache) changeState(change func(*State)) {
	c.delivering <- struct{}{}
	defer func() { <-c.delivering }()
	old, next := c.replaceState(change)
	if h := c.subscriber(); h != nil &&
		(old.Connected != next.Connected || old.Reason != next.Reason || old.WatchHealthy != next.WatchHealthy) {
		h.StateChanged(next)
	}
}

// replaceState changes the state and returns the old and the new one.
func (c *Cache) replaceState(change func(*State)) (old, next State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old = c.state
	change(&c.state)
	return old, c.state
}

// suspect requests a list, to find out whether the engine still answers.
func (c *Cache) suspect() {
	select {
	case c.kick <- struct{}{}:
	default:
	}
}
