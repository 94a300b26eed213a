// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

const (
	// bookmarkInterval is the time after which an idle watch gets a bookmark, so
	// that it can be resumed although none of its items has changed.
	bookmarkInterval = time.Minute
	// writeTimeout is the time that a client has to accept an event.
	writeTimeout = 30 * time.Second
)

// stream is the response to one watch. Its methods return false when the client
// is gone.
type stream struct {
	reader
	res     resource
	form    form
	sel     selection
	request watchRequest
	w       http.ResponseWriter
	control *http.ResponseController
	track   tracker
	version uint64 // of the last change that was handled
	columns bool   // the column definitions of tables were sent
}

// begin sends the initial items.
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

// follow sends changes until ctx ends or the client is gone.
func (s *stream) follow(ctx context.Context) {
	leave := s.hub.join(ctx)
	defer leave()
	watch := s.store.Watch(s.version)
	bookmark := time.NewTicker(bookmarkInterval)
	defer bookmark.Stop()
	for {
		signal := s.hub.signal()
		handled, ok := s.sendChanges(watch)
		if !ok {
			return
		}
		if handled {
			bookmark.Reset(bookmarkInterval)
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

// sendChanges sends all changes up to now. It returns whether there were any.
func (s *stream) sendChanges(watch *status.Watch) (handled, ok bool) {
	for {
		c, found, err := watch.Ready()
		switch {
		case err != nil:
			s.send(Error, encode(rest.StatusOf(err)))
			return handled, false
		case !found:
			return handled, true
		}
		s.version, handled = c.ResourceVersion, true
		if !s.change(c) {
			return handled, false
		}
	}
}

// change sends a change from the point of view of the selection: an item that
// begins to match is added, and one that no longer matches is deleted.
func (s *stream) change(c status.Change) bool {
	var before, after *item
	if s.res.stateful {
		before, after = s.track(c)
	} else {
		before, after = s.cache.items(s.res, c, s.track)
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

// item sends an item. Tables are not cached, because ages depend on the time.
func (s *stream) item(t status.ChangeType, i *item) bool {
	if s.form.as != asTable {
		return s.send(t, s.cache.encode(s.version, i, s.form, func() any { return s.form.one(s.res, *i, s.now()) }))
	}
	table := s.form.one(s.res, *i, s.now()).(metav1.Table)
	if s.columns {
		table.ColumnDefinitions = nil
	}
	s.columns = true
	return s.send(t, encode(table))
}

func (s *stream) send(t status.ChangeType, object json.RawMessage) bool {
	// A client that does not read is dropped, so that it cannot delay the shutdown
	// of the server. Not every ResponseWriter supports deadlines. The deadline is
	// reset, because it would otherwise end an idle watch.
	_ = s.control.SetWriteDeadline(time.Now().Add(writeTimeout))
	defer func() { _ = s.control.SetWriteDeadline(time.Time{}) }()
	if err := json.NewEncoder(s.w).Encode(WatchEvent{Type: t, Object: object}); err != nil {
		return false
	}
	return s.control.Flush() == nil
}
