// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/streams"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// syncTimeout is the time that a request waits for the first reports.
const syncTimeout = 2 * time.Second

// waitSynced returns a handler that makes requests for resources wait until the
// store has a report of every object, for a limited time. A nil synced means that
// it has.
func waitSynced(next http.Handler, synced func(context.Context) error) http.Handler {
	if synced == nil {
		return next
	}
	var done atomic.Bool
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !done.Load() && (strings.HasPrefix(r.URL.Path, rootOf(core)+"/") || strings.HasPrefix(r.URL.Path, rootOf(ours)+"/")) {
			ctx, cancel := context.WithTimeout(r.Context(), syncTimeout)
			if synced(ctx) == nil {
				done.Store(true)
			}
			cancel()
		}
		next.ServeHTTP(w, r)
	})
}

// refuseWrites returns a handler that passes on reads, user commands, the requests
// that clients post to read, and the writes that are accepted.
func refuseWrites(next http.Handler, accepted func(*http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodGet, r.Method == http.MethodHead, isReview(r), isCommand(r), streams.IsRequest(r), accepted(r):
			next.ServeHTTP(w, r)
		default:
			w.Header().Set("Allow", "GET, HEAD")
			rest.WriteError(w, errReadOnly(r))
		}
	})
}

// readOnlyHint explains how to write if the API is read-only.
const readOnlyHint = "the API is read-only: edit the manifests instead, or run with --api-manifests"

// errReadOnly returns the error for a write that is not accepted.
func errReadOnly(r *http.Request) error {
	return rest.Errorf(http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed, "%s is not supported: "+readOnlyHint, r.Method)
}

// isReview returns whether a request is a review.
func isReview(r *http.Request) bool {
	return r.Method == http.MethodPost &&
		(strings.HasPrefix(r.URL.Path, rootOf(authorization)) || strings.HasPrefix(r.URL.Path, rootOf(authentication)))
}

// isCommand returns whether a request is a user command or an approval.
func isCommand(r *http.Request) bool {
	return r.Method == http.MethodPost &&
		(r.URL.Path == v1alpha1.ApprovePath || slices.Contains(plan.Commands, plan.Command(path.Base(r.URL.Path))))
}
