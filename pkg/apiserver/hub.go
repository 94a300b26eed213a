// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/status"
)

// pace is the least time between two calls of the hub: a storm of changes is
// told of in bursts, and a single change at once.
const pace = 10 * time.Millisecond

// hub wakes the streams when the store has changed. It is the only one that
// waits for the store, so that whoever publishes wakes one and not a thousand.
type hub struct {
	store *status.Store

	mu      sync.Mutex
	streams int
	end     context.CancelFunc
	changed chan struct{} // closed and replaced at each call
}

func newHub(s *status.Store) *hub { return &hub{store: s, changed: make(chan struct{})} }

// join has the hub call until leave is called.
func (h *hub) join() (leave func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.streams++; h.streams == 1 {
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan struct{})
		h.end = func() { cancel(); <-ended }
		watch := h.store.Watch(h.store.Version())
		go func() {
			defer close(ended)
			h.run(ctx, watch)
		}()
	}
	return func() {
		h.mu.Lock()
		h.streams--
		end := h.end
		last := h.streams == 0
		h.mu.Unlock()
		if last {
			end()
		}
	}
}

func (h *hub) run(ctx context.Context, watch *status.Watch) {
	for {
		if _, err := watch.Next(ctx); err != nil && ctx.Err() != nil {
			return
		}
		// All that there is by now is one call: streams read the store, and what
		// comes after this version calls again.
		watch = h.store.Watch(h.store.Version())
		h.call()
		select {
		case <-ctx.Done():
			return
		case <-time.After(pace):
		}
	}
}

func (h *hub) call() {
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.changed)
	h.changed = make(chan struct{})
}

// signal is closed at the next call. It has to be taken before the store is read.
func (h *hub) signal() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.changed
}
