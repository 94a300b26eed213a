// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/logtail"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// firstLines is the number of lines that a log begins with.
const firstLines = 200

// openLog opens a pane with the log of a container and follows it.
func (m model) openLog(k spec.Key) (model, tea.Cmd) {
	p := newPane("log of "+k.String(), "l", nil, m.width, m.height)
	ctx, cancel := context.WithCancel(m.ctx)
	lines := make(chan []string)
	p.log, p.stop = lines, cancel
	send := func(line string) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case lines <- []string{sanitize(line)}:
			return nil
		}
	}
	lastError := ""
	follower := &logtail.Follower{
		Open:    logtail.FromWriter(m.opts.Logs),
		Options: v1alpha1.LogOptions{Tail: firstLines},
		Print:   func(line logtail.Line) error { return send(line.Text) },
		Failed: func(_ v1alpha1.Key, err error, _ int) {
			if err.Error() != lastError {
				lastError = err.Error()
				_ = send("-- " + lastError)
			}
		},
	}
	tail := follower.Tail(k)
	m.running.Go(func() {
		defer close(lines)
		_ = tail.Run(ctx) // ctx is done
	})
	m.running.Go(func() { updateTail(ctx, m.opts.Store, k, tail) })
	m.pane = p
	return m, p.awaitLog()
}

// updateTail passes the state of the container to the tail after each change of
// the store, until ctx is done.
func updateTail(ctx context.Context, store *status.Store, k spec.Key, tail *logtail.Tail) {
	var last logtail.State
	for first := true; ctx.Err() == nil; first = false {
		version := store.Version()
		report, _ := store.Get(k)
		if state := logtail.StateOf(report.Status); first || state != last {
			tail.Update(state)
			last = state
		}
		_, _ = store.Watch(version).Next(ctx) // an expired watch has missed changes
	}
}
