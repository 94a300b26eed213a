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
		c, ready, changed, err := w.store.after(w.since)
		if err != nil {
			return Change{}, err
		}
		if ready {
			w.since = c.ResourceVersion
			return c, nil
		}
		select {
		case <-ctx.Done():
			return Change{}, ctx.Err()
		case <-changed:
		}
	}
}

// Expired reports that a watch from that version would find itself expired.
func (s *Store) Expired(since uint64) bool {
	_, _, _, err := s.after(since)
	return err != nil
}

// after is the change that follows a version, or what will be closed when there
// is one.
func (s *Store) after(since uint64) (c Change, ready bool, changed <-chan struct{}, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if since == s.version {
		return Change{}, false, s.changed, nil
	}
	c, found := s.ring.get(since + 1)
	if !found {
		return Change{}, false, nil, ErrExpired
	}
	return c, true, nil, nil
}

// ring holds the newest changes; their versions follow each other without gaps.
type ring struct {
	changes []Change
	first   uint64 // the version of the oldest change kept
	next    uint64 // the version of the change to come
}

func newRing(size int, version uint64) ring {
	return ring{changes: make([]Change, size), first: version + 1, next: version + 1}
}

func (r *ring) add(c Change) {
	size := uint64(len(r.changes))
	if r.next-r.first == size {
		r.first++
	}
	r.changes[r.next%size] = c
	r.next++
}

func (r *ring) get(version uint64) (Change, bool) {
	if version < r.first || version >= r.next {
		return Change{}, false
	}
	return r.changes[version%uint64(len(r.changes))], true
}
