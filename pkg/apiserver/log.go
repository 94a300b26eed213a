// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Logs reads the output of containers.
type Logs interface {
	// Logs writes a container's output, oldest line first, each line whole and
	// with its end. It returns when all was written or, when it follows, when
	// the container has ended; or when ctx ends or w refuses. An engine.Error of
	// code NotFound says that there is no container.
	Logs(ctx context.Context, k spec.Key, opts v1alpha1.LogOptions, w io.Writer) error
}

// parseLog reads the parameters that Kubernetes has for logs.
func parseLog(r *http.Request, now time.Time) (v1alpha1.LogOptions, error) {
	query := r.URL.Query()
	opts := v1alpha1.LogOptions{Tail: -1, Timestamps: rest.Flag(r, "timestamps"), Follow: rest.Flag(r, "follow"), Previous: rest.Flag(r, "previous")}
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
			return opts, apierrors.NewBadRequest("sinceTime: not a time as in 2006-01-02T15:04:05Z: " + strconv.Quote(v))
		}
		opts.Since = at
	}
	return opts, nil
}

// named is the container that the path of a request names.
func (s *server) named(r *http.Request) (spec.Key, error) {
	k := spec.Key{Kind: spec.KindContainer, Namespace: r.PathValue("namespace"), Name: r.PathValue("name")}
	if _, found := s.Store.Get(k); !found {
		return k, apierrors.NewNotFound(schema.GroupResource{Group: v1alpha1.Group, Resource: "containers"}, k.Name)
	}
	if c := r.URL.Query().Get("container"); c != "" && c != k.Name {
		return k, apierrors.NewBadRequest("container " + strconv.Quote(c) + " is not valid for " + k.Name)
	}
	return k, nil
}

// inside serves what reaches into the container that the path names, when that
// is served at all.
func (s *server) inside(served bool, serve func(http.ResponseWriter, *http.Request, spec.Key)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !served {
			s.unknown(w, r)
			return
		}
		k, err := s.named(r)
		if err != nil {
			rest.WriteError(w, err)
			return
		}
		serve(w, r, k)
	}
}

// serveLog answers with a container's output.
func (s *server) serveLog(w http.ResponseWriter, r *http.Request, k spec.Key) {
	opts, err := parseLog(r, s.Now())
	if err != nil {
		rest.WriteError(w, err)
		return
	}
	limit, err := parseLimit(r)
	if err != nil {
		rest.WriteError(w, err)
		return
	}
	out := &flushing{w: w, control: http.NewResponseController(w), now: opts.Follow}
	text := &limited{out, limit}
	read := s.Logs.Logs
	if opts.Previous {
		read = s.previousLogs
	}
	if err := read(r.Context(), k, opts, text); err != nil && !text.reached() {
		if !out.begun {
			rest.WriteError(w, err)
			return
		}
		if r.Context().Err() == nil {
			panic(http.ErrAbortHandler) // the client sees that it is not whole
		}
	}
	out.begin()
}

// flushing is the text of an answer; what is written is sent at once when now
// is set. Nothing is sent before the first write, so that an error can be.
type flushing struct {
	w       http.ResponseWriter
	control *http.ResponseController
	now     bool
	begun   bool
}

func (f *flushing) begin() {
	if !f.begun {
		f.begun = true
		f.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		f.w.Header().Set("X-Content-Type-Options", "nosniff")
		f.w.WriteHeader(http.StatusOK)
	}
}

// Write sends p, and gives up on a client that does not read.
func (f *flushing) Write(p []byte) (int, error) {
	f.begin()
	_ = f.control.SetWriteDeadline(time.Now().Add(writeTimeout))
	defer func() { _ = f.control.SetWriteDeadline(time.Time{}) }()
	n, err := f.w.Write(p)
	if err == nil && f.now {
		err = f.control.Flush()
	}
	return n, err
}
