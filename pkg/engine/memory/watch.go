// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"context"
	"maps"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// ringSize is how many events the engine keeps for those who come late.
const ringSize = 256

// watcher is one call of Watch. The engine's lock guards its fields.
type watcher struct {
	pending []engine.Event
	broken  bool
	// wake holds one token when there is news.
	wake chan struct{}
}

func (w *watcher) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Watch tells of events until ctx ends or Break or Restart break the stream.
// What happens by itself is told when it is due where time is real, and when the
// engine is next called where Options.Clock tells the time.
func (e *Engine) Watch(ctx context.Context, since time.Time, ready func(), handle func(engine.Event)) error {
	op := Op{Name: "Watch"}
	w := &watcher{wake: make(chan struct{}, 1)}
	if err := e.read(ctx, op, func() error {
		w.pending = e.replay(since)
		e.watchers[w] = struct{}{}
		return nil
	}); err != nil {
		e.unwatch(w)
		return err
	}
	defer e.unwatch(w)
	ready()
	for {
		pending, broken := e.drain(w)
		for _, ev := range pending {
			if ctx.Err() != nil {
				return ended(ctx, op)
			}
			ev.Labels = maps.Clone(ev.Labels)
			handle(ev)
		}
		if broken {
			return refuse(op, engine.Unreachable, "the event stream broke")
		}
		if err := e.await(ctx, w); err != nil {
			return ended(ctx, op)
		}
	}
}

// await returns when there is news, or the error of a context that has ended.
// Every change wakes the watcher, so what it found to be due next is so still.
func (e *Engine) await(ctx context.Context, w *watcher) error {
	var alarm <-chan time.Time
	if at, ok := e.NextChange(); ok && e.realTime {
		timer := time.NewTimer(time.Until(at))
		defer timer.Stop()
		alarm = timer.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-w.wake:
	case <-alarm:
		e.act(func(time.Time) {})
	}
	return nil
}

// Break breaks the event streams, as a lost connection does.
func (e *Engine) Break() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.breakAll()
}

func (e *Engine) breakAll() {
	for w := range e.watchers {
		w.broken = true
		w.signal()
	}
}

// replay are the kept events since a time, that time included.
func (e *Engine) replay(since time.Time) []engine.Event {
	if since.IsZero() {
		return nil
	}
	var out []engine.Event
	for _, ev := range e.events[max(0, len(e.events)-ringSize):] {
		if !ev.Time.Before(since) {
			out = append(out, ev)
		}
	}
	return out
}

func (e *Engine) drain(w *watcher) ([]engine.Event, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	pending := w.pending
	w.pending = nil
	return pending, w.broken
}

func (e *Engine) unwatch(w *watcher) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.watchers, w)
}

// emit tells the watchers. It never waits for them: what they have not read yet
// is kept. labels are not changed any more.
func (e *Engine) emit(now time.Time, id engine.ID, action string, labels map[string]string) {
	ev := engine.Event{ID: id, Action: action, Time: now, Labels: labels, Stops: action == "kill" || action == "stop"}
	if len(e.events) == 2*ringSize {
		e.events = append(e.events[:0], e.events[ringSize:]...)
	}
	e.events = append(e.events, ev)
	for w := range e.watchers {
		w.pending = append(w.pending, ev)
		w.signal()
	}
}
