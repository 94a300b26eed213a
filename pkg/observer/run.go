// SPDX-License-Identifier: Apache-2.0

package observer

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// jitter is the share by which a delay is prolonged at random, at most.
const jitter = 0.5

// Run observes the engine until ctx ends, then returns nil once all its
// goroutines have ended. It is called once.
func (c *Cache) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	for range c.opts.Concurrency {
		workers.Go(func() { c.readDirty(ctx) })
	}
	defer workers.Wait()
	defer c.dirty.ShutDown()

	delays := c.delays(c.opts.MaxBackoff)
	for {
		began := time.Now()
		err := c.session(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if time.Since(began) > c.opts.MaxBackoff { // it was connected
			delays = c.delays(c.opts.MaxBackoff)
		}
		delay := delays.Step()
		c.opts.Logger.Warn("event stream lost", "err", err, "delay", delay)
		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return nil
		}
		c.changeState(func(s *State) { s.Reconnects++ })
	}
}

// delays returns the delays between attempts, doubled up to limit.
func (c *Cache) delays(limit time.Duration) wait.Backoff {
	return wait.Backoff{Duration: c.opts.Backoff, Factor: 2, Jitter: jitter, Cap: limit, Steps: math.MaxInt}
}

// session subscribes to events, lists, and lists again at each resync, until the
// stream breaks or a list fails. It returns the cause.
func (c *Cache) session(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel()
	ready := make(chan struct{})
	broken := make(chan error, 1)
	since := c.newestEvent()
	watching.Go(func() {
		broken <- c.engine.Watch(ctx, since, sync.OnceFunc(func() { close(ready) }), c.observe)
	})
	if err := c.subscribed(ctx, ready, broken); err != nil {
		c.lost(ctx, err)
		return err
	}
	c.readInfo(ctx)
	if err := c.relistAll(ctx); err != nil {
		return err
	}
	c.changeState(func(s *State) { s.WatchHealthy = true })
	defer c.changeState(func(s *State) { s.WatchHealthy = false })
	return c.follow(ctx, broken)
}

// subscribed waits until the subscription is established.
func (c *Cache) subscribed(ctx context.Context, ready <-chan struct{}, broken <-chan error) error {
	timer := time.NewTimer(c.opts.CallTimeout)
	defer timer.Stop()
	select {
	case <-ready:
		return nil
	case err := <-broken:
		return fmt.Errorf("watch: %w", err)
	case <-timer.C:
		return engine.Errorf("watch", engine.Timeout, "no answer within %s", c.opts.CallTimeout)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// follow keeps the cache up to date while the stream is connected. A list that
// failed for some kinds is repeated sooner than at the next resync.
func (c *Cache) follow(ctx context.Context, broken <-chan error) error {
	delays := c.delays(c.opts.Resync)
	timer := time.NewTimer(c.untilResync(&delays))
	defer timer.Stop()
	for {
		select {
		case err := <-broken:
			return fmt.Errorf("watch: %w", err)
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		case <-c.kick:
		}
		if err := c.relistAll(ctx); err != nil {
			return err
		}
		timer.Reset(c.untilResync(&delays))
	}
}

// untilResync returns the time until the next list: the resync interval, or the
// next of delays while a kind is unread.
func (c *Cache) untilResync(delays *wait.Backoff) time.Duration {
	if snap, _ := c.Snapshot(); len(snap.Unread) > 0 {
		return min(delays.Step(), c.opts.Resync)
	}
	*delays = c.delays(c.opts.Resync)
	return c.opts.Resync
}

// relistAll reads everything and requeues every key, changed or not. When it
// fails, the engine is lost.
func (c *Cache) relistAll(ctx context.Context) error {
	err := c.relist(ctx, true)
	if err != nil {
		c.lost(ctx, err)
	}
	return err
}

// relist reads everything; all requeues every key, changed or not.
func (c *Cache) relist(ctx context.Context, all bool) error {
	stamp := c.begin()
	call, cancel := context.WithTimeout(ctx, c.opts.ListTimeout)
	defer cancel()
	snap, err := c.engine.List(call)
	if err != nil {
		return fmt.Errorf("list: %w", err)
	}
	for kind, err := range snap.Unread {
		c.opts.Logger.Warn("list failed: the last known objects are kept", "kind", string(kind), "err", err)
	}
	change := c.replace(snap, stamp)
	c.changeState(func(s *State) {
		s.Synced, s.Connected, s.Reason, s.Err = true, true, "", nil
		s.LastRelist = time.Now()
	})
	c.closeSynced()
	change.All = change.All || all
	c.publish(change)
	return nil
}

// replace updates the table with a list of everything and returns the changes.
func (c *Cache) replace(snap engine.Snapshot, stamp uint64) Change {
	c.mu.Lock()
	defer c.mu.Unlock()
	diff := newDifferences()
	c.table.replace(snap, stamp, diff)
	return diff.change(c.table)
}

// closeSynced closes the channel after the first list.
func (c *Cache) closeSynced() {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.synced:
	default:
		close(c.synced)
	}
}

// lost marks the snapshot as stale, unless ctx has ended.
func (c *Cache) lost(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	reason := plan.UnavailableReason(err)
	c.changeState(func(s *State) { s.Connected, s.Reason, s.Err = false, reason, err })
}

// readInfo reads the name and version of the engine. Its failure does no harm.
func (c *Cache) readInfo(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.CallTimeout)
	defer cancel()
	info, err := c.engine.Info(ctx)
	if err != nil {
		c.opts.Logger.Debug("reading the engine info failed", "err", err)
		return
	}
	c.changeState(func(s *State) { s.Info = info })
}
