// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"context"
	"maps"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Watch reports events until ctx ends or until Break or Restart breaks the
// stream; see engine.Watcher. Changes that happen by themselves are reported when
// they are due in real time, otherwise with the next call of the engine.
func (e *Engine) Watch(ctx context.Context, since time.Time, ready func(), handle func(engine.Event)) error {
	op := Op{Name: "Watch"}
	w := &watcher{wake: make(chan struct{}, 1)}
	defer e.unwatch(w)
	if err := e.read(ctx, op, func() error {
		w.pending = e.since(since)
		e.watchers[w] = struct{}{}
		return nil
	}); err != nil {
		return err
	}
	ready()
	for {
		pending, broken := e.takePending(w)
		for _, ev := range pending {
			if ctx.Err() != nil {
				return contextError(ctx, op)
			}
			ev.Labels = maps.Clone(ev.Labels)
			handle(ev)
		}
		if broken {
			return refuse(op, engine.Unreachable, "the event stream broke")
		}
		if err := e.waitForEvent(ctx, w); err != nil {
			return contextError(ctx, op)
		}
	}
}

// waitForEvent returns when there may be events, or the error of ctx when it has
// ended. The next change that it waits for stays valid, because every other
// change wakes the watcher.
func (s *state) waitForEvent(ctx context.Context, w *watcher) error {
	var alarm <-chan time.Time
	if at, ok := s.nextChange(); ok && s.realTime {
		timer := time.NewTimer(time.Until(at))
		defer timer.Stop()
		alarm = timer.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-w.wake:
	case <-alarm:
		s.apply(func(time.Time) {})
	}
	return nil
}

func (s *state) takePending(w *watcher) ([]engine.Event, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pending := w.pending
	w.pending = nil
	return pending, w.broken
}

func (s *state) unwatch(w *watcher) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.watchers, w)
}

// nextChange returns the time of the next change by itself; false if there is
// none.
func (s *state) nextChange() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.containers.settle()
	s.containers.nextDue()
	return s.due, !s.due.IsZero()
}
