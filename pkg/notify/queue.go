// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

const (
	// maxQueued bounds what waits for one target; the oldest gives way.
	maxQueued = 1000
	// maxAge is when it is given up to deliver a notification.
	maxAge = time.Hour
	// firstRetry and maxRetry bound the delay between two attempts.
	firstRetry = time.Second
	maxRetry   = time.Minute
	// deliverTimeout is the limit of one attempt.
	deliverTimeout = 30 * time.Second
)

// queue is what waits for one target, in order.
type queue struct {
	Subscription
	log   *slog.Logger
	count func(target, result string)
	wake  chan struct{}

	mu      sync.Mutex
	waiting []queued
}

type queued struct {
	Notification
	since time.Time
}

func newQueue(s Subscription, opts Options) *queue {
	return &queue{Subscription: s, log: opts.Logger.With("target", s.Target.String()), count: opts.Count, wake: make(chan struct{}, 1)}
}

// add never blocks. Of samples only the last one of an object waits.
func (q *queue) add(n Notification) {
	if !q.Filter.wants(n) {
		return
	}
	q.mu.Lock()
	if n.Type == v1alpha1.TopicMetrics {
		q.waiting = slices.DeleteFunc(q.waiting, func(w queued) bool { return w.Type == n.Type && w.key() == n.key() })
	}
	q.waiting = append(q.waiting, queued{n, time.Now()})
	full := len(q.waiting) > maxQueued
	if full {
		q.waiting = slices.Delete(q.waiting, 0, 1)
	}
	q.mu.Unlock()
	if full {
		q.count(q.Target.Kind(), ResultDropped)
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// head is what has waited longest.
func (q *queue) head() (queued, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return queued{}, false
	}
	return q.waiting[0], true
}

// done takes what was delivered or given up off the queue, unless it was pushed
// out meanwhile.
func (q *queue) done(n queued) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = slices.DeleteFunc(q.waiting, func(w queued) bool { return w.ID == n.ID })
}

// run delivers until ctx ends. What waits then is tried once more, for as long as
// last does.
func (q *queue) run(ctx, last context.Context) {
	for {
		n, found := q.head()
		switch {
		case found:
			q.deliver(ctx, last, n)
			if last.Err() != nil {
				return
			}
		case ctx.Err() != nil:
			return
		default:
			select {
			case <-ctx.Done():
			case <-q.wake:
			}
		}
	}
}

// deliver tries until it works, or is given up.
func (q *queue) deliver(ctx, last context.Context, n queued) {
	defer q.done(n)
	delay := firstRetry
	for attempt := 1; ; attempt++ {
		try, cancel := context.WithTimeout(last, deliverTimeout)
		err := q.Target.Deliver(try, n.Notification)
		cancel()
		if err == nil {
			q.count(q.Target.Kind(), ResultDelivered)
			return
		}
		if attempt == q.Attempts || time.Since(n.since) >= maxAge || ctx.Err() != nil {
			q.log.Error("a notification is given up", "err", err, "event", n.ID, "attempt", attempt)
			q.count(q.Target.Kind(), ResultDropped)
			return
		}
		q.log.Warn("cannot deliver a notification: it is tried again", "err", err, "event", n.ID, "attempt", attempt, "delay", delay)
		q.count(q.Target.Kind(), ResultRetried)
		timer := time.NewTimer(delay)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
		delay = min(2*delay, maxRetry)
	}
}
