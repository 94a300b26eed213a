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

const (
	// bookmarkEvery is how often an idle watch is told the version, so that it
	// can be resumed although nothing of its own happened.
	bookmarkEvery = time.Minute
	// writeTimeout is how long a client may let an event wait.
	writeTimeout = 30 * time.Second
)

// The types of watch events beside those of status.ChangeType.
const (
	Bookmark status.ChangeType = "BOOKMARK"
	Error    status.ChangeType = "ERROR"
)

// WatchEvent is one event of a watch: an object, event, table or, with Error, a
// Status.
type WatchEvent struct {
	Type   status.ChangeType `json:"type"`
	Object json.RawMessage   `json:"object"`
}

// InitialEventsEnd is the annotation of the bookmark that ends the initial
// events of a watch with sendInitialEvents.
const InitialEventsEnd = metav1.InitialEventsAnnotationKey

// watchRequest are the parameters of a watch.
type watchRequest struct {
	since       uint64
	initial     bool // begin with what is there
	markInitial bool // say where it ends
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
	// Without a version a watch begins with what is there, unless it says no.
	req.initial = req.markInitial || req.since == 0 && !query.Has("sendInitialEvents")
	return req, nil
}

// watch returns an error only as long as nothing was written.
func (s *server) watch(res resource, form form, sel selection, w http.ResponseWriter, r *http.Request) error {
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
		initial, since = res.list(s.Store)
	} else if since == 0 {
		since = s.Store.Version()
	}
	if s.Store.Expired(since) || req.since > since {
		return status.ErrExpired
	}
	stream := &stream{
		server: s, res: res, form: form, sel: sel, request: req,
		w: w, control: http.NewResponseController(w), track: res.track(s.Store), version: since,
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	if stream.begin(initial) {
		stream.follow(ctx)
	}
	return nil
}

// stream is one watch that is being answered. Its methods report whether the
// client is still there.
type stream struct {
	*server
	res     resource
	form    form
	sel     selection
	request watchRequest
	w       http.ResponseWriter
	control *http.ResponseController
	track   tracker
	version uint64 // up to which the client was told
	columns bool   // the columns of tables were told
}

// begin sends what is there when the watch begins.
func (s *stream) begin(initial []item) bool {
	for _, i := range s.sel.filter(initial) {
		if !s.item(status.Added, &i) {
			return false
		}
	}
	if s.request.markInitial {
		end := map[string]string{InitialEventsEnd: "true"}
		return s.send(Bookmark, s.form.bookmark(s.res, s.version, end))
	}
	return s.control.Flush() == nil
}

// follow sends changes until the client, the server or the time-out ends it.
func (s *stream) follow(ctx context.Context) {
	leave := s.hub.join()
	defer leave()
	watch := s.Store.Watch(s.version)
	bookmark := time.NewTicker(bookmarkEvery)
	defer bookmark.Stop()
	for {
		signal := s.hub.signal() // before the store is read
		told, ok := s.catchUp(watch)
		if !ok {
			return
		}
		if told {
			bookmark.Reset(bookmarkEvery)
		}
		select {
		case <-ctx.Done():
			return
		case <-signal:
		case <-bookmark.C:
			if s.request.bookmarks && !s.send(Bookmark, s.form.bookmark(s.res, s.version, nil)) {
				return
			}
		}
	}
}

// catchUp sends what there is to tell, and reports whether there was anything.
func (s *stream) catchUp(watch *status.Watch) (told, ok bool) {
	for {
		c, found, err := watch.Ready()
		switch {
		case err != nil:
			s.send(Error, encode(rest.StatusOf(err)))
			return told, false
		case !found:
			return told, true
		}
		s.version, told = c.ResourceVersion, true
		if !s.change(c) {
			return told, false
		}
	}
}

// change sends a change as the selection sees it: what begins to match is added,
// what no longer does is deleted.
func (s *stream) change(c status.Change) bool {
	var before, after *item
	if s.res.stateful {
		before, after = s.track(c)
	} else {
		before, after = s.shared.items(s.res, c, s.track)
	}
	was, is := s.sel.matches(before), s.sel.matches(after)
	switch {
	case was && is:
		return s.item(status.Modified, after)
	case is:
		return s.item(status.Added, after)
	case was:
		return s.item(status.Deleted, before)
	}
	return true
}

func (s *stream) item(t status.ChangeType, i *item) bool {
	if s.form.as != asTable {
		return s.send(t, s.shared.encode(s.version, i, s.form, func() any { return s.form.one(s.res, *i, s.Now()) }))
	}
	table := s.form.one(s.res, *i, s.Now()).(metav1.Table)
	if s.columns {
		table.ColumnDefinitions = nil
	}
	s.columns = true
	return s.send(t, encode(table))
}

func (s *stream) send(t status.ChangeType, object json.RawMessage) bool {
	// A client that does not read is dropped, so that it cannot hold up the end
	// of the server; not every writer can do that. The deadline is taken back,
	// as it would cut off the end of an idle watch.
	_ = s.control.SetWriteDeadline(time.Now().Add(writeTimeout))
	defer func() { _ = s.control.SetWriteDeadline(time.Time{}) }()
	if err := json.NewEncoder(s.w).Encode(WatchEvent{Type: t, Object: object}); err != nil {
		return false
	}
	return s.control.Flush() == nil
}
