// SPDX-License-Identifier: Apache-2.0

package streams

import (
	"net/http"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// writeTimeout is the time that a client has to accept a part of a log.
const writeTimeout = 30 * time.Second

// parseLog parses the parameters of a log, which are the same as in Kubernetes.
func parseLog(r *http.Request, now time.Time) (v1alpha1.LogOptions, error) {
	query := r.URL.Query()
	opts := v1alpha1.LogOptions{
		Tail: -1, Timestamps: rest.Flag(r, "timestamps"), Follow: rest.Flag(r, "follow"), Previous: rest.Flag(r, "previous"),
	}
	if v := query.Get("tailLines"); v != "" {
		n, err := strconv.ParseUint(v, 10, 31)
		if err != nil {
			return opts, apierrors.NewBadRequest("tailLines: not a number of lines: " + strconv.Quote(v))
		}
		opts.Tail = int(n)
	}
	if v := query.Get("sinceSeconds"); v != "" {
		n, err := strconv.ParseUint(v, 10, 31)
		if err != nil || n == 0 {
			return opts, apierrors.NewBadRequest("sinceSeconds: not a positive number of seconds: " + strconv.Quote(v))
		}
		opts.Since = now.Add(-time.Duration(n) * time.Second) //nolint:gosec // 31 bits
	}
	if v := query.Get("sinceTime"); v != "" {
		at, err := time.Parse(time.RFC3339Nano, v)
		if err != nil {
			return opts, apierrors.NewBadRequest("sinceTime: want the form 2006-01-02T15:04:05Z, not " + strconv.Quote(v))
		}
		opts.Since = at
	}
	return opts, nil
}

// serveLog responds with the output of a container.
func (h *Handler) serveLog(w http.ResponseWriter, r *http.Request, k spec.Key) {
	opts, err := parseLog(r, h.opts.Now())
	if err != nil {
		rest.WriteError(w, err)
		return
	}
	limit, err := parseLimit(r)
	if err != nil {
		rest.WriteError(w, err)
		return
	}
	out := &textWriter{w: w, control: http.NewResponseController(w), flush: opts.Follow}
	text := &limitedWriter{out, limit}
	read := h.opts.Logs.Logs
	if opts.Previous {
		read = h.previousLogs
	}
	if err := read(r.Context(), k, opts, text); err != nil && !text.full() {
		if !out.started {
			rest.WriteError(w, err)
			return
		}
		if r.Context().Err() == nil {
			panic(http.ErrAbortHandler) // the client sees that the log is incomplete
		}
	}
	out.start()
}

// textWriter writes the text of a response. It sends the headers with the first
// write, so that an error before that can be sent instead.
type textWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	flush   bool // after each write
	started bool
}

func (t *textWriter) start() {
	if !t.started {
		t.started = true
		rest.SetTextType(t.w.Header())
		t.w.WriteHeader(http.StatusOK)
	}
}

// Write writes p. It returns an error if the client does not read in time.
func (t *textWriter) Write(p []byte) (int, error) {
	t.start()
	_ = t.control.SetWriteDeadline(time.Now().Add(writeTimeout))
	defer func() { _ = t.control.SetWriteDeadline(time.Time{}) }()
	n, err := t.w.Write(p)
	if err == nil && t.flush {
		err = t.control.Flush()
	}
	return n, err
}
