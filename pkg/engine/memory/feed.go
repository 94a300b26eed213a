// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// ringSize is the number of events that the engine keeps for later watchers.
const ringSize = 256

// feed holds the recent events and the watchers that receive new ones.
type feed struct {
	events   []engine.Event
	watchers map[*watcher]struct{}
}

func newFeed() feed { return feed{watchers: map[*watcher]struct{}{}} }

// watcher is one call of Watch. The engine's lock guards its fields.
type watcher struct {
	pending []engine.Event
	broken  bool
	// wake receives a token when pending or broken has changed.
	wake chan struct{}
}

// signal wakes the watcher. It does not block.
func (w *watcher) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// emit passes an event to the watchers. It does not wait for them, because their
// pending events are kept. labels must not change afterwards.
func (f *feed) emit(now time.Time, id engine.ID, action string, labels map[string]string) {
	ev := engine.Event{ID: id, Action: action, Time: now, Labels: labels, Stops: action == "kill" || action == "stop"}
	if len(f.events) == 2*ringSize {
		f.events = append(f.events[:0], f.events[ringSize:]...)
	}
	f.events = append(f.events, ev)
	for w := range f.watchers {
		w.pending = append(w.pending, ev)
		w.signal()
	}
}

// since returns the kept events at or after a time; none for the zero time.
func (f *feed) since(t time.Time) []engine.Event {
	if t.IsZero() {
		return nil
	}
	var out []engine.Event
	for _, ev := range f.events[max(0, len(f.events)-ringSize):] {
		if !ev.Time.Before(t) {
			out = append(out, ev)
		}
	}
	return out
}

// breakStreams makes every Watch return Unreachable.
func (f *feed) breakStreams() {
	for w := range f.watchers {
		w.broken = true
		w.signal()
	}
}
