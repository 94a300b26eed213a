// SPDX-License-Identifier: Apache-2.0

package observer

import (
	"log/slog"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Options configure a Cache. Zero values mean the defaults.
type Options struct {
	// Resync is the interval between lists of everything; zero means 1m.
	Resync time.Duration
	// Backoff and MaxBackoff bound the delay between two attempts to reach the
	// engine; zero means 250ms and 10s. Each delay is
	// prolonged by up to half at random.
	Backoff, MaxBackoff time.Duration
	// CallTimeout is the timeout of a call that reads one object; zero means 15s.
	CallTimeout time.Duration
	// ListTimeout is the timeout of a list; zero means 30s.
	ListTimeout time.Duration
	// Concurrency is the number of dirty objects that are read at once; zero means 4.
	Concurrency int
	// Logger may be nil.
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	set(&o.Resync, time.Minute)
	set(&o.Backoff, 250*time.Millisecond)
	set(&o.MaxBackoff, 10*time.Second)
	set(&o.CallTimeout, 15*time.Second)
	set(&o.ListTimeout, 30*time.Second)
	if o.Concurrency == 0 {
		o.Concurrency = 4
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// State is how well the engine can be observed.
type State struct {
	// Synced reports whether a list has succeeded. It stays true.
	Synced bool
	// Connected reports whether the last list succeeded. The snapshot may be acted on
	// only then.
	Connected bool
	// Reason and Err are why it is not connected: EngineUnreachable,
	// EngineUnresponsive or EngineError; empty before the first attempt has ended.
	Reason condition.Reason
	Err    error
	// WatchHealthy reports whether the event stream is established. Without it,
	// changes are noticed at the next list.
	WatchHealthy bool
	// Reconnects counts the event streams that replaced a broken one.
	Reconnects uint64
	// LastRelist is when the last list succeeded; zero when none succeeded.
	LastRelist time.Time
	// Info describes the engine; zero until it was connected.
	Info engine.Info
}

// Name is an engine name with its kind; for an image it is a reference.
type Name struct {
	Kind engine.Kind
	Name string
}

// Change lists what to reconcile.
type Change struct {
	// All reports that every key is concerned: after a reconnection, at each resync,
	// and when the list of a kind begins or ceases to fail.
	All bool
	// Keys are the keys of our objects that changed, sorted.
	Keys []spec.Key
	// Names are the engine names that an object got or lost, and the names of
	// networks, volumes and images that got or lost a user or a tag, sorted. Keys
	// that wait for one of the names are concerned.
	Names []Name
}

// Empty reports whether nothing changed.
func (c Change) Empty() bool { return !c.All && len(c.Keys) == 0 && len(c.Names) == 0 }

// Handler receives changes. Its methods are called from several goroutines and
// must not block.
type Handler interface {
	// Changed is called after the snapshot changed.
	Changed(Change)
	// StateChanged is called after the engine was lost or is back, in order.
	StateChanged(State)
}
