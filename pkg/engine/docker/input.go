// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"sync"
	"time"
)

// closeTimeout is how long Close waits for pending reads of commands' inputs.
const closeTimeout = time.Second

// inputs owns the goroutines that copy the input of commands. They may outlive
// Exec by one pending Read, which only the owner of the reader can end. The zero
// value is ready for use.
type inputs struct {
	mu      sync.Mutex
	running int
	closed  bool
	idle    chan struct{} // closed when the last goroutine ends after close
}

// start runs feed in a goroutine, unless close was called.
func (in *inputs) start(feed func()) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.closed {
		return
	}
	in.running++
	go func() {
		defer in.done()
		feed()
	}()
}

func (in *inputs) done() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.running--
	if in.closed && in.running == 0 {
		close(in.idle)
	}
}

// close waits until all goroutines have ended, at most for the limit. Later calls
// return at once.
func (in *inputs) close(limit time.Duration) {
	in.mu.Lock()
	waits := !in.closed && in.running > 0
	if !in.closed {
		in.closed, in.idle = true, make(chan struct{})
	}
	in.mu.Unlock()
	if !waits {
		return
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-in.idle:
	case <-timer.C:
	}
}
