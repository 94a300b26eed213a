// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const (
	// lastLines and lastLineLength bound what is kept of a log, and logTimeout
	// the time to read it.
	lastLines      = 5
	lastLineLength = 300
	logTimeout     = 5 * time.Second
)

// lastLog is the end of a container's output after it failed.
type lastLog struct {
	// of is which failure it tells of.
	of    failureOf
	lines []string
}

// failureOf tells one failure of a container from the next.
type failureOf struct {
	id     engine.ID
	at     time.Time
	health engine.Health
}

// readLastLog reads the end of the log of a container that has failed, once for
// each failure. It is read before anything is done about it: the container may
// be gone afterwards.
func (c *Controller) readLastLog(ctx context.Context, w world, k spec.Key) {
	obj, found := w.Container(k)
	if c.cfg.Logs == nil || !found || obj.Container == nil || !failing(obj.Container, w.Health(k).Status) {
		return
	}
	of := failureOf{obj.ID, obj.Container.FinishedAt, w.Health(k).Status}
	var known bool
	c.locked(func() { known = c.remember(k).log.of == of })
	if known {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, logTimeout)
	defer cancel()
	lines, err := c.cfg.Logs(ctx, obj.ID, lastLines)
	if err != nil {
		return // it is a help, no more: nothing waits for it
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight(line[:min(len(line), lastLineLength)], "\r\n")
	}
	c.locked(func() { c.remember(k).log = lastLog{of, lines} })
}

func failing(c *engine.Container, health engine.Health) bool {
	ended := c.Status == engine.StatusExited && (c.ExitCode != 0 || c.OOMKilled)
	return ended || c.Running() && health == engine.HealthUnhealthy
}

// addLastLog adds to a root cause the last lines of its container's output.
func (c *Controller) addLastLog(cause *v1alpha1.RootCause) {
	if cause == nil {
		return
	}
	k, err := spec.ParseKey(cause.Object)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := c.memory[k]; m != nil {
		cause.LastLogLines = m.log.lines
	}
}
