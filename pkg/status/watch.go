// SPDX-License-Identifier: Apache-2.0

package status

import (
	"context"
	"errors"
)

// ChangeType is what happened to a report or an event, in Kubernetes' words.
type ChangeType string

// The change types.
const (
	Added    ChangeType = "ADDED"
	Modified ChangeType = "MODIFIED"
	Deleted  ChangeType = "DELETED"
)

// Change is one change of a report or of an event: exactly one of Report and
// Event is set. For Deleted it is the last state with the version of the
// deletion.
type Change struct {
	Type   ChangeType
	Report *Report
	// Previous is the report before; nil for Added and for events.
	Previous *Report
	Event    *Event
	// ResourceVersion is where a watch goes on after this change.
	ResourceVersion uint64
}

// ErrExpired says that the changes since a version are no longer kept, or that
// the version is not this store's: list, and watch from there.
var ErrExpired = errors.New("resource version expired")

// Watch reads the changes after a version, in order. It holds nothing and needs
// no end: a slow one costs nobody anything, and finds itself expired. It is used
// by one goroutine at a time.
type Watch struct {
	store *Store
	since uint64
}

// Watch reads the changes that follow the version since, which List or Events
// gave or a Change carried.
func (s *Store) Watch(since uint64) *Watch {
	return &Watch{store: s, since: since}
}

// Next is the next change. It waits for one until ctx ends and then returns
// ctx's error; ErrExpired says that changes were missed.
func (w *Watch) Next(ctx context.Context) (Change, error) {
	for {
		changed := *w.store.changed.Load() // before it is asked what there is
		c, found, err := w.Ready()
		if err != nil || found {
			return c, err
		}
		select {
		case <-ctx.Done():
			return Change{}, ctx.Err()
		case <-changed:
		}
	}
}

// Ready is the next change if there is one already.
func (w *Watch) Ready() (c Change, found bool, err error) {
	c, found, err = w.store.after(w.since)
	if found {
		w.since = c.ResourceVersion
	}
	return c, found, err
}

// Expired reports that a watch from that version would find itself expired.
func (s *Store) Expired(since uint64) bool {
	_, _, err := s.after(since)
	return err != nil
}

// after is the change that follows a version, if there is one. It takes no lock,
// so that no number of watchers can hold up who publishes.
func (s *Store) after(since uint64) (c Change, found bool, err error) {
	if since == s.version.Load() {
		return Change{}, false, nil
	}
	slot := s.ring[(since+1)%uint64(len(s.ring))].Load()
	if slot == nil || slot.ResourceVersion != since+1 {
		return Change{}, false, ErrExpired
	}
	return *slot, true, nil
}
