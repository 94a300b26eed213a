// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// late is how long after its end the last that a container wrote may be read.
const late = 500 * time.Millisecond

// previousLogs writes what a container's previous run wrote. The runs of one
// container share its log, where their times tell them apart; those of a
// container that was replaced are gone with it.
func (s *server) previousLogs(ctx context.Context, k spec.Key, opts v1alpha1.LogOptions, w io.Writer) error {
	report, _ := s.Store.Get(k)
	run, until := report.Earlier, report.Run.WritesFrom
	if !report.Run.Live() {
		run, until = report.Run, time.Time{}
		if report.Status.NextRestartAt != nil {
			until = run.FinishedAt.Add(late)
		}
	}
	if run.StartedAt.IsZero() || until.IsZero() {
		return apierrors.NewBadRequest("previous terminated container " + strconv.Quote(k.Name) +
			" not found: of a container that was replaced, or ended while no controller ran, no earlier run is known")
	}
	if run.WritesFrom.After(opts.Since) {
		opts.Since = run.WritesFrom
	}
	opts.Until = until
	opts.Follow = false
	if opts.Tail < 0 {
		return s.Logs.Logs(ctx, k, opts, w)
	}
	// An engine counts the last lines of all runs.
	last := &lastLines{n: opts.Tail}
	opts.Tail = -1
	if err := s.Logs.Logs(ctx, k, opts, last); err != nil {
		return err
	}
	_, err := w.Write(last.text())
	return err
}

// lastLines is a writer that keeps the last n lines.
type lastLines struct {
	n     int
	lines [][]byte
	open  []byte // what has no end yet
}

// Write takes in a part of a text.
func (l *lastLines) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		line, after, whole := bytes.Cut(rest, []byte{'\n'})
		l.open, rest = append(l.open, line...), after
		if !whole {
			break
		}
		l.lines, l.open = append(l.lines, append(l.open, '\n')), nil
		l.lines = l.lines[max(0, len(l.lines)-l.n):]
	}
	return len(p), nil
}

// text is what was kept.
func (l *lastLines) text() []byte {
	if len(l.open) > 0 && l.n > 0 {
		return append(bytes.Join(l.lines[max(0, len(l.lines)-l.n+1):], nil), l.open...)
	}
	return bytes.Join(l.lines, nil)
}
