// SPDX-License-Identifier: Apache-2.0

package streams

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

// lastWriteDelay is the time after the end of a run within which its last output
// may still be recorded.
const lastWriteDelay = 500 * time.Millisecond

// previousLogs writes the output of the previous run of a container. All runs of
// one container share its log, and are separated by their times. The log of a
// container that was replaced is lost.
func (h *Handler) previousLogs(ctx context.Context, k spec.Key, opts v1alpha1.LogOptions, w io.Writer) error {
	report, _ := h.opts.Reports.Get(k)
	run, until := report.Earlier, report.Run.WritesFrom
	if !report.Run.Live() {
		run, until = report.Run, time.Time{}
		if report.Status.NextRestartAt != nil {
			until = run.FinishedAt.Add(lastWriteDelay)
		}
	}
	if run.StartedAt.IsZero() || until.IsZero() {
		return apierrors.NewBadRequest("previous terminated container " + strconv.Quote(k.Name) + " not found:" +
			" the container was replaced, or exited while no controller was running")
	}
	if run.WritesFrom.After(opts.Since) {
		opts.Since = run.WritesFrom
	}
	opts.Until = until
	opts.Follow = false
	if opts.Tail < 0 {
		return h.opts.Logs.Logs(ctx, k, opts, w)
	}
	// The engine would count the last lines of all runs.
	last := &tailWriter{n: opts.Tail}
	opts.Tail = -1
	if err := h.opts.Logs.Logs(ctx, k, opts, last); err != nil {
		return err
	}
	_, err := w.Write(last.text())
	return err
}

// tailWriter keeps the last n lines.
type tailWriter struct {
	n     int
	lines [][]byte
	open  []byte // the last line, without its end
}

// Write appends p to the text.
func (t *tailWriter) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		line, after, whole := bytes.Cut(rest, []byte{'\n'})
		t.open, rest = append(t.open, line...), after
		if !whole {
			break
		}
		t.lines, t.open = append(t.lines, append(t.open, '\n')), nil
		t.lines = t.lines[max(0, len(t.lines)-t.n):]
	}
	return len(p), nil
}

// text returns the last lines.
func (t *tailWriter) text() []byte {
	if len(t.open) > 0 && t.n > 0 {
		return append(bytes.Join(t.lines[max(0, len(t.lines)-t.n+1):], nil), t.open...)
	}
	return bytes.Join(t.lines, nil)
}
