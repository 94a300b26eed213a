// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// The types of watch events that are not a status.ChangeType.
const (
	Bookmark status.ChangeType = "BOOKMARK"
	Error    status.ChangeType = "ERROR"
)

// WatchEvent is one event of a watch. It contains an object, a table or, with the
// type Error, a Status.
type WatchEvent struct {
	Type   status.ChangeType `json:"type"`
	Object json.RawMessage   `json:"object"`
}

// InitialEventsEnd is the annotation of the bookmark that ends the initial events
// of a watch with sendInitialEvents.
const InitialEventsEnd = metav1.InitialEventsAnnotationKey

// watchRequest contains the parameters of a watch.
type watchRequest struct {
	since       uint64
	initial     bool // start with the existing items
	markInitial bool // send a bookmark after them
	bookmarks   bool
	timeout     time.Duration // zero means none
}

func parseWatch(r *http.Request) (watchRequest, error) {
	query := r.URL.Query()
	req := watchRequest{bookmarks: rest.Flag(r, "allowWatchBookmarks"), markInitial: rest.Flag(r, "sendInitialEvents")}
	if v := query.Get("resourceVersion"); v != "" {
		since, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			return req, apierrors.NewBadRequest("resourceVersion: not a number: " + strconv.Quote(v))
		}
		req.since = since
	}
	if v := query.Get("timeoutSeconds"); v != "" {
		seconds, err := strconv.ParseUint(v, 10, 31)
		if err != nil {
			return req, apierrors.NewBadRequest("timeoutSeconds: not a number: " + strconv.Quote(v))
		}
		req.timeout = time.Duration(seconds) * time.Second //nolint:gosec // 31 bits
	}
	if query.Has("sendInitialEvents") && query.Get("resourceVersionMatch") != string(metav1.ResourceVersionMatchNotOlderThan) {
		return req, apierrors.NewBadRequest("sendInitialEvents: resourceVersionMatch must be NotOlderThan")
	}
	// Without a version, a watch starts with the existing items, unless
	// sendInitialEvents is false.
	req.initial = req.markInitial || req.since == 0 && !query.Has("sendInitialEvents")
	return req, nil
}

// watch responds with the changes of the selected items. It returns an error only
// if it has not written anything.
func (c reader) watch(res resource, form form, w http.ResponseWriter, r *http.Request) error {
	sel, err := parseSelection(res, r)
	if err != nil {
		return err
	}
	req, err := parseWatch(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if req.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, req.timeout)
		defer cancel()
	}
	var initial []item
	since := req.since
	if req.initial {
		initial, since = res.list(c.store)
	} else if since == 0 {
		since = c.store.Version()
	}
	if c.store.Expired(since) || req.since > since {
		return status.ErrExpired
	}
	stream := &stream{
		reader: c, res: res, form: form, sel: sel, request: req,
		w: w, control: http.NewResponseController(w), track: res.track(c.store), version: since,
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	if stream.begin(initial) {
		stream.follow(ctx)
	}
	return nil
}
