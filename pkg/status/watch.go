// SPDX-License-Identifier: Apache-2.0

package status

import (
	"context"
	"errors"
)

// ChangeType is the type of a change, as in Kubernetes.
type ChangeType string

// The change types.
const (
	Added    ChangeType = "ADDED"
	Modified ChangeType = "MODIFIED"
	Deleted  ChangeType = "DELETED"
)

// Change is one change of a report or of an event: exactly one of Report and
// Event is set. For Deleted it is the last state, with the version of the
// deletion.
type Change struct {
	Type   ChangeType
	Report *Report
	// Previous is the previous report; nil for Added and for events.
	Previous *Report
	Event    *Event
	// ResourceVersion is the version to continue a watch from after this change.
	ResourceVersion uint64
}

// ErrExpired reports that the changes since a version are not kept any more, or
// that the version is not one of this store. The caller must list, and watch from
// the version of the list.
var ErrExpired = errors.New("resource version expired")

// Watch reads the changes after a version, in order. It holds no resources and need
// not be closed. A slow Watch does not delay other users of the store; it expires.
// It must be used by one goroutine at a time.
type Watch struct {
	store *Store
	since uint64
}

// Watch returns a Watch of the changes that follow the version since, which is
// the version of a List, of Events or of a Change.
func (s *Store) Watch(since uint64) *Watch {
	return &Watch{store: s, since: since}
}

// Next waits for the next change and returns it. It returns the error of ctx when
// that ends, and ErrExpired when changes were missed.
func (w *Watch) Next(ctx context.Context) (Change, error) {
	for {
		changed := *w.store.changed.Load() // loaded before Ready, so that no change is missed
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

// Ready returns the next change; found is false when there is none yet. It returns
// ErrExpired when changes were missed.
func (w *Watch) Ready() (c Change, found bool, err error) {
	c, found, err = w.store.after(w.since)
	if found {
		w.since = c.ResourceVersion
	}
	return c, found, err
}

// Expired reports whether a watch from that version would return ErrExpired.
func (s *Store) Expired(since uint64) bool {
	_, _, err := s.after(since)
	return err != nil
}

// after returns the change that follows a version; found is false when there is
// none. It takes no lock, so that watchers do not delay updates.
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
