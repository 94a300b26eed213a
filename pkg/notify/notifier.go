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

// Target is where notifications go.
type Target interface {
	// Kind is KindHook or KindWebhook; String tells it to people, without secrets.
	Kind() string
	String() string
	// Deliver delivers one; an error means that it may not have arrived.
	Deliver(ctx context.Context, n Notification) error
}

// The kinds of targets, and what becomes of notifications.
const (
	KindHook    = "hook"
	KindWebhook = "webhook"

	ResultDelivered = "delivered"
	ResultRetried   = "retried"
	ResultDropped   = "dropped"
)

// Subscription has a target told of something.
type Subscription struct {
	Filter Filter
	Target Target
	// Attempts is how often delivery is tried; zero means for an hour.
	Attempts int
}

// Options adjust a Notifier.
type Options struct {
	// Instance is told with each notification.
	Instance string
	// DrainTimeout is how long Run goes on delivering after its context has ended;
	// zero means 5s.
	DrainTimeout time.Duration
	// Count is told what becomes of notifications; may be nil.
	Count func(target, result string)
	// Logger may be nil.
	Logger *slog.Logger
}

const defaultDrain = 5 * time.Second

// Notifier tells targets what happens. Its methods are safe for concurrent use.
type Notifier struct {
	store  *status.Store
	opts   Options
	queues []*queue
	// watch follows the store; told is how often each event was told of.
	watch *status.Watch
	told  map[string]int
}

// New makes a Notifier of what happens from now on.
func New(store *status.Store, subscriptions []Subscription, opts Options) *Notifier {
	opts.DrainTimeout = cmp.Or(opts.DrainTimeout, defaultDrain)
	if opts.Count == nil {
		opts.Count = func(string, string) {}
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	n := &Notifier{store: store, opts: opts, watch: store.Watch(store.Version()), told: map[string]int{}}
	for _, s := range subscriptions {
		n.queues = append(n.queues, newQueue(s, opts))
	}
	return n
}

// Run notifies until ctx ends, then delivers what is left for as long as the
// drain timeout, and returns nil once all its goroutines have ended.
func (n *Notifier) Run(ctx context.Context) error {
	last, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	pumped, pumping := context.WithCancel(last) // until all that happened is queued
	var working sync.WaitGroup
	for _, q := range n.queues {
		working.Go(func() { q.run(pumped, last) })
	}
	n.pump(ctx)
	pumping()
	defer time.AfterFunc(n.opts.DrainTimeout, cut).Stop()
	working.Wait()
	return nil
}

// pump queues what happens until ctx has ended and nothing is left.
func (n *Notifier) pump(ctx context.Context) {
	for {
		change, err := n.watch.Next(ctx)
		switch {
		case errors.Is(err, status.ErrExpired):
			n.catchUp()
		case err != nil:
			return
		default:
			n.take(change)
		}
	}
}

// catchUp queues what is still known of what was missed.
func (n *Notifier) catchUp() {
	all, version := n.store.Events()
	n.opts.Logger.Warn("too much happened at once: what is still known of it is told")
	for _, e := range all {
		n.tell(e)
	}
	n.watch = n.store.Watch(version)
}

func (n *Notifier) take(c status.Change) {
	switch {
	case c.Event == nil:
	case c.Type == status.Deleted:
		delete(n.told, c.Event.Name)
	default:
		n.tell(*c.Event)
	}
}

// tell queues an event unless it was told of that often already.
func (n *Notifier) tell(e status.Event) {
	if e.Count <= n.told[e.Name] {
		return
	}
	n.told[e.Name] = e.Count
	n.queue(ofEvent(n.opts.Instance, e))
}

// Metrics tells of a sample.
func (n *Notifier) Metrics(k spec.Key, m v1alpha1.Metrics) {
	n.queue(ofMetrics(n.opts.Instance, k, m))
}

func (n *Notifier) queue(what Notification) {
	for _, q := range n.queues {
		q.add(what)
	}
}
