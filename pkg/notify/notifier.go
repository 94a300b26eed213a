// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Target is a destination of notifications.
type Target interface {
	// Kind returns KindHook or KindWebhook.
	Kind() string
	// String returns a description for logs, without secrets.
	String() string
	// Deliver delivers a notification once. After an error it may or may not have
	// arrived.
	Deliver(ctx context.Context, n Notification) error
}

// The kinds of targets and the results of deliveries.
const (
	KindHook    = "hook"
	KindWebhook = "webhook"

	ResultDelivered = "delivered"
	ResultRetried   = "retried"
	ResultDropped   = "dropped"
)

// Subscription selects the notifications of a target.
type Subscription struct {
	Filter Filter
	Target Target
	// Attempts is the maximum number of attempts to deliver a notification; zero
	// means any number within one hour.
	Attempts int
}

// Options configures a Notifier.
type Options struct {
	// Instance is the name of the instance in each notification.
	Instance string
	// DrainTimeout is how long Run continues to deliver after its context is done;
	// zero means 5s.
	DrainTimeout time.Duration
	// Count is called with the kind of the target and the result of each attempt;
	// may be nil.
	Count func(target, result string)
	// Logger may be nil.
	Logger *slog.Logger
}

const defaultDrainTimeout = 5 * time.Second

// Notifier delivers events and samples to targets. Its methods are safe for
// concurrent use.
type Notifier struct {
	store  *status.Store
	opts   Options
	queues []*queue
	// watch follows the store. counts holds the last queued count of each event.
	watch  *status.Watch
	counts map[string]int
}

// New returns a Notifier of the events that store records after the call.
func New(store *status.Store, subscriptions []Subscription, opts Options) *Notifier {
	opts.DrainTimeout = cmp.Or(opts.DrainTimeout, defaultDrainTimeout)
	if opts.Count == nil {
		opts.Count = func(string, string) {}
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	n := &Notifier{store: store, opts: opts, watch: store.Watch(store.Version()), counts: map[string]int{}}
	for _, s := range subscriptions {
		n.queues = append(n.queues, newQueue(s, opts))
	}
	return n
}

// Run delivers notifications until ctx is done, and then delivers the queued ones
// within the drain timeout. It returns nil after all its goroutines have ended.
func (n *Notifier) Run(ctx context.Context) error {
	drain, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	// queueing is done once every event is queued.
	queueing, queued := context.WithCancel(drain)
	var running sync.WaitGroup
	for _, q := range n.queues {
		running.Go(func() { q.run(queueing, drain) })
	}
	n.queueEvents(ctx)
	queued()
	defer time.AfterFunc(n.opts.DrainTimeout, cancel).Stop()
	running.Wait()
	return nil
}

// queueEvents queues events until ctx is done and no event is left.
func (n *Notifier) queueEvents(ctx context.Context) {
	for {
		change, err := n.watch.Next(ctx)
		switch {
		case errors.Is(err, status.ErrExpired):
			n.catchUp()
		case err != nil:
			return
		default:
			n.handleChange(change)
		}
	}
}

// catchUp queues the missed events that the store still has.
func (n *Notifier) catchUp() {
	all, version := n.store.Events()
	n.opts.Logger.Warn("event history overflowed, some notifications may be lost")
	for _, e := range all {
		n.queueEvent(e)
	}
	n.watch = n.store.Watch(version)
}

func (n *Notifier) handleChange(c status.Change) {
	switch {
	case c.Event == nil:
	case c.Type == status.Deleted:
		delete(n.counts, c.Event.Name)
	default:
		n.queueEvent(*c.Event)
	}
}

// queueEvent queues an event unless it was queued with the same count before.
func (n *Notifier) queueEvent(e status.Event) {
	if e.Count <= n.counts[e.Name] {
		return
	}
	n.counts[e.Name] = e.Count
	n.enqueue(fromEvent(n.opts.Instance, e))
}

// Metrics queues a notification of a sample.
func (n *Notifier) Metrics(k spec.Key, m v1alpha1.Metrics) {
	n.enqueue(fromMetrics(n.opts.Instance, k, m))
}

func (n *Notifier) enqueue(notification Notification) {
	for _, q := range n.queues {
		q.enqueue(notification)
	}
}
