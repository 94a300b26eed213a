// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

const (
	// maxQueued is the maximum number of queued notifications of a target; beyond
	// it the oldest is dropped.
	maxQueued = 1000
	// maxAge is the age from which on a notification is not retried.
	maxAge = time.Hour
	// deliverTimeout is the timeout of one attempt.
	deliverTimeout = 30 * time.Second
)

// retryDelays returns the delays between attempts: 1s, doubled up to 1m.
func retryDelays() wait.Backoff {
	return wait.Backoff{Duration: time.Second, Factor: 2, Cap: time.Minute, Steps: math.MaxInt}
}

// queue holds the undelivered notifications of one target in order.
type queue struct {
	Subscription
	log   *slog.Logger
	count func(target, result string)
	wake  chan struct{}

	mu      sync.Mutex
	waiting []queued
}

// queued is a notification and the time since when it is queued.
type queued struct {
	Notification
	since time.Time
}

func newQueue(s Subscription, opts Options) *queue {
	return &queue{Subscription: s, log: opts.Logger.With("target", s.Target.String()), count: opts.Count, wake: make(chan struct{}, 1)}
}

// enqueue adds a notification that the filter matches. It never blocks. A sample
// replaces a queued sample of the same object.
func (q *queue) enqueue(n Notification) {
	if !q.Filter.matches(n) {
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

// first returns the oldest queued notification, and false if the queue is empty.
func (q *queue) first() (queued, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return queued{}, false
	}
	return q.waiting[0], true
}

// remove removes a notification unless it was displaced in the meantime.
func (q *queue) remove(n queued) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = slices.DeleteFunc(q.waiting, func(w queued) bool { return w.ID == n.ID })
}

// run delivers notifications until ctx is done. Notifications that are queued then
// are tried once more until drain is done.
func (q *queue) run(ctx, drain context.Context) {
	for {
		n, found := q.first()
		switch {
		case found:
			q.deliver(ctx, drain, n)
			if drain.Err() != nil {
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

// deliver tries to deliver n until it succeeds, the attempts are used up, or n is
// too old. It removes n from the queue.
func (q *queue) deliver(ctx, drain context.Context, n queued) {
	defer q.remove(n)
	delays := retryDelays()
	for attempt := 1; ; attempt++ {
		try, cancel := context.WithTimeout(drain, deliverTimeout)
		err := q.Target.Deliver(try, n.Notification)
		cancel()
		if err == nil {
			q.count(q.Target.Kind(), ResultDelivered)
			return
		}
		if attempt == q.Attempts || time.Since(n.since) >= maxAge || ctx.Err() != nil {
			q.log.Error("notification dropped", "err", err, "event", n.ID, "attempt", attempt)
			q.count(q.Target.Kind(), ResultDropped)
			return
		}
		delay := delays.Step()
		q.log.Warn("notification failed, retrying", "err", err, "event", n.ID, "attempt", attempt, "delay", delay)
		q.count(q.Target.Kind(), ResultRetried)
		timer := time.NewTimer(delay)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}
