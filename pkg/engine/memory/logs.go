// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// logLine is one line of a container's output.
type logLine struct {
	at     time.Time
	text   string
	stderr bool
}

// log is the output of a container.
type log struct {
	lines []logLine
	// more is closed when there are more lines or the container changes; nil if no
	// reader waits.
	more chan struct{}
}

func (l *log) add(now time.Time, stderr bool, lines ...string) {
	for _, text := range lines {
		l.lines = append(l.lines, logLine{now, text, stderr})
	}
	l.wakeReaders()
}

func (l *log) wakeReaders() {
	if l.more != nil {
		close(l.more)
		l.more = nil
	}
}

// wait returns a channel that is closed by the next wakeReaders.
func (l *log) wait() <-chan struct{} {
	if l.more == nil {
		l.more = make(chan struct{})
	}
	return l.more
}

// Logs returns the last lines of a container's output; see engine.Reader.
func (e *Engine) Logs(ctx context.Context, id engine.ID, lines int) ([]string, error) {
	op := Op{Name: "Logs", ID: id}
	var out []string
	err := e.read(ctx, op, func() error {
		c, err := e.containers.byID(op, id)
		if err != nil {
			return err
		}
		from := max(0, len(c.log.lines)-max(0, lines))
		for _, line := range c.log.lines[from:] {
			out = append(out, line.text)
		}
		return nil
	})
	return out, err
}

// StreamLogs writes a container's output; see engine.LogStreamer. In virtual time,
// the exit of a container that is followed is noticed with the next call of the
// engine.
func (e *Engine) StreamLogs(ctx context.Context, id engine.ID, opts engine.LogOptions) error {
	op := Op{Name: "StreamLogs", ID: id}
	var lines []logLine
	var seen int
	var c *container
	err := e.read(ctx, op, func() (err error) {
		if c, err = e.containers.byID(op, id); err == nil {
			lines, seen = selected(c.log.lines, opts), len(c.log.lines)
		}
		return err
	})
	for err == nil {
		if err := writeLines(lines, opts); err != nil {
			return err
		}
		var ended bool
		var more <-chan struct{}
		e.apply(func(time.Time) {
			lines, seen = c.log.lines[seen:], len(c.log.lines)
			ended = e.containers.byValue[id.Value] != c || !c.running()
			more = c.log.wait()
		})
		if len(lines) > 0 && opts.Follow {
			continue
		}
		if ended || !opts.Follow {
			return nil
		}
		select {
		case <-ctx.Done():
			return contextError(ctx, op)
		case <-more:
		}
	}
	return err
}

// selected returns the lines that the options select.
func selected(lines []logLine, opts engine.LogOptions) []logLine {
	out := slices.DeleteFunc(slices.Clone(lines), func(l logLine) bool {
		return !opts.Since.IsZero() && l.at.Before(opts.Since) || !opts.Until.IsZero() && l.at.After(opts.Until)
	})
	if opts.Tail >= 0 {
		out = out[max(0, len(out)-opts.Tail):]
	}
	return out
}

func writeLines(lines []logLine, opts engine.LogOptions) error {
	for _, l := range lines {
		to := opts.Stdout
		if l.stderr {
			to = opts.Stderr
		}
		if to == nil {
			continue
		}
		text := l.text + "\n"
		if opts.Timestamps {
			text = l.at.UTC().Format(time.RFC3339Nano) + " " + text
		}
		if _, err := io.WriteString(to, text); err != nil {
			return err
		}
	}
	return nil
}
