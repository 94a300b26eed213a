// SPDX-License-Identifier: Apache-2.0

package lastlog

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const (
	// maxLines and maxLineLength limit the lines of a log, and readTimeout the time
	// to read it.
	maxLines      = 5
	maxLineLength = 300
	readTimeout   = 5 * time.Second
)

// ReadFunc returns the last lines of a container's output, oldest first.
type ReadFunc func(ctx context.Context, id engine.ID, lines int) ([]string, error)

// Logs are the last lines of each container that failed. It is safe for
// concurrent use.
type Logs struct {
	read ReadFunc

	mu   sync.Mutex
	logs map[spec.Key]log
}

// log is the end of a container's output after it failed.
type log struct {
	failure failure
	lines   []string
}

// failure identifies one failure of a container.
type failure struct {
	id     engine.ID
	at     time.Time
	health engine.Health
}

// New returns Logs without a line; a nil read never adds one.
func New(read ReadFunc) *Logs { return &Logs{read: read, logs: map[spec.Key]log{}} }

// Observe reads the log of the container of k if it has failed, once for each
// failure. A log that cannot be read is left out, because nothing depends on it.
func (l *Logs) Observe(ctx context.Context, k spec.Key, obj engine.Object, health engine.Health) {
	if l.read == nil || obj.Container == nil || !failed(obj.Container, health) {
		return
	}
	of := failure{obj.ID, obj.Container.FinishedAt, health}
	if l.known(k, of) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	lines, err := l.read(ctx, obj.ID, maxLines)
	if err != nil {
		return
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight(line[:min(len(line), maxLineLength)], "\r\n")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.logs[k] = log{of, lines}
}

// known reports whether the log of a failure was read.
func (l *Logs) known(k spec.Key, of failure) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.logs[k].failure == of
}

// Lines returns the last lines of the container of k; nil when there are none.
func (l *Logs) Lines(k spec.Key) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.logs[k].lines
}

// Forget drops the lines of a key that is gone.
func (l *Logs) Forget(k spec.Key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.logs, k)
}

// failed reports whether a container ended with an error, or runs and is
// unhealthy.
func failed(c *engine.Container, health engine.Health) bool {
	ended := c.Status == engine.StatusExited && (c.ExitCode != 0 || c.OOMKilled)
	return ended || c.Running() && health == engine.HealthUnhealthy
}
