// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/status"
)

// wakeInterval is the minimum time between two wakeups of the streams. A single
// change is sent at once, and many changes in a short time are sent in batches.
const wakeInterval = 10 * time.Millisecond

// hub wakes the streams after a change of the store. Only its goroutine waits for
// the store, so that the publisher of a change wakes one goroutine and not one for
// each stream. The goroutine runs while there are streams.
type hub struct {
	store *status.Store

	mu      sync.Mutex
	streams int
	stop    func()        // ends the goroutine and waits for it
	changed chan struct{} // closed and replaced at each wakeup
}

func newHub(s *status.Store) *hub { return &hub{store: s, changed: make(chan struct{})} }

// join adds a stream. The first stream starts the goroutine, which may outlive ctx.
// The caller must call leave; the last stream to leave ends the goroutine and waits
// for it.
func (h *hub) join(ctx context.Context) (leave func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.streams++; h.streams == 1 {
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		var running sync.WaitGroup
		h.stop = func() { cancel(); running.Wait() }
		watch := h.store.Watch(h.store.Version())
		running.Go(func() { h.run(ctx, watch) })
	}
	return func() {
		if stop := h.remove(); stop != nil {
			stop()
		}
	}
}

// remove removes a stream. It returns the function that ends the goroutine if there
// are no others.
func (h *hub) remove() func() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.streams--; h.streams > 0 {
		return nil
	}
	return h.stop
}

// run wakes the streams until ctx ends.
func (h *hub) run(ctx context.Context, watch *status.Watch) {
	for {
		if _, err := watch.Next(ctx); err != nil && ctx.Err() != nil {
			return
		}
		// Streams read the store, so that one wakeup is enough for all changes up to
		// this version.
		watch = h.store.Watch(h.store.Version())
		h.wake()
		select {
		case <-ctx.Done():
			return
		case <-time.After(wakeInterval):
		}
	}
}

func (h *hub) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.changed)
	h.changed = make(chan struct{})
}

// signal returns a channel that is closed at the next wakeup. A stream must get it
// before it reads the store.
func (h *hub) signal() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.changed
}
