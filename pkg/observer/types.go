// SPDX-License-Identifier: Apache-2.0

package observer

import (
	"log/slog"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Options adjust a Cache. Zero values mean the defaults.
type Options struct {
	// Resync is the time between two lists of everything; zero means 1m.
	Resync time.Duration
	// Backoff and MaxBackoff bound the delay between two attempts to reach the
	// engine; zero means 250ms and 10s. Each delay is
	// prolonged by up to half at random.
	Backoff, MaxBackoff time.Duration
	// CallTimeout is the deadline of a call that reads one object; zero means 15s.
	CallTimeout time.Duration
	// ListTimeout is the deadline of a list; zero means 30s.
	ListTimeout time.Duration
	// Concurrency is how many dirty objects are read at once; zero means 4.
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
	// Synced reports that the first list is done. It stays true.
	Synced bool
	// Connected reports that the last list succeeded: only then is the snapshot
	// good enough to act on.
	Connected bool
	// Reason and Err are why it is not connected: EngineUnreachable,
	// EngineUnresponsive or EngineError; empty before the first attempt has ended.
	Reason condition.Reason
	Err    error
	// WatchHealthy reports that the event stream stands; without it changes are
	// seen at the next list.
	WatchHealthy bool
	// Reconnects counts the event streams that had to be set up again.
	Reconnects uint64
	// LastRelist is when the last list succeeded; zero when none has.
	LastRelist time.Time
	// Info is what the engine says of itself; zero until it was connected.
	Info engine.Info
}

// Name is an engine name with its kind; for an image, a reference.
type Name struct {
	Kind engine.Kind
	Name string
}

// Change says what to look at again.
type Change struct {
	// All asks for every key: after a reconnection and at each resync.
	All bool
	// Keys are those of objects of ours that changed, sorted.
	Keys []spec.Key
	// Names are engine names which an object took or gave up, and those of
	// networks, volumes and images that got or lost a user or a tag, sorted: for
	// who waits for them.
	Names []Name
}

// Empty reports that nothing changed.
func (c Change) Empty() bool { return !c.All && len(c.Keys) == 0 && len(c.Names) == 0 }

// Handler is told of changes. Its methods are called from several goroutines
// and must not block.
type Handler interface {
	// Changed says that the snapshot changed.
	Changed(Change)
	// StateChanged says that the engine came or went.
	StateChanged(State)
}
