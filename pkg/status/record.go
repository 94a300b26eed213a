// SPDX-License-Identifier: Apache-2.0

package status

import (
	"container/list"
	"fmt"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// eventKey identifies an event: two events with the same key are one that
// repeats.
type eventKey struct {
	key     spec.Key
	kind    EventType
	reason  string
	message string
}

// Record adds an event. If the event repeats, its Count grows by e.Count, of which
// zero means 1, and its Last is updated. Zero times mean the present time.
func (s *Store) Record(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.complete(&e)
	k := eventKey{e.Key, e.Type, e.Reason, e.Message}
	if element, found := s.events[k]; found {
		prev := element.Value.(*Event)
		e.First, e.Count, e.Name = prev.First, prev.Count+e.Count, prev.Name
		if e.Last.Before(prev.Last) {
			e.Last = prev.Last
		}
		element.Value = &e
		s.byLast.MoveToBack(element)
		s.commit(Change{Type: Modified, Event: &e})
		return
	}
	// The version that commit assigns is unique, and so is the name.
	e.Name = fmt.Sprintf("%s.%x", e.Key.Name, s.version.Load()+1)
	s.events[k] = s.byLast.PushBack(&e)
	s.perKey[e.Key]++
	s.commit(Change{Type: Added, Event: &e})
	s.forgetOldest(e.Key)
}

// complete sets the fields of an event that are zero.
func (s *Store) complete(e *Event) {
	if e.Count < 1 {
		e.Count = 1
	}
	if e.Last.IsZero() {
		e.Last = s.clock()
	}
	if e.First.IsZero() {
		e.First = e.Last
	}
	if r, found := s.reports[e.Key]; found {
		e.ObjectUID = r.UID
	}
}

// claimEvents sets the UID of a new resource in the events that were recorded
// before its first report.
func (s *Store) claimEvents(r Report) {
	for element := s.byLast.Front(); element != nil; element = element.Next() {
		e := *element.Value.(*Event)
		if e.Key != r.Key || e.ObjectUID != "" {
			continue
		}
		e.ObjectUID = r.UID
		element.Value = &e
		s.commit(Change{Type: Modified, Event: &e})
	}
}

// forgetOldest deletes the oldest events, of the key and of all keys, while there
// are too many.
func (s *Store) forgetOldest(k spec.Key) {
	if s.perKey[k] > s.maxPerKey {
		element := s.byLast.Front()
		for element.Value.(*Event).Key != k {
			element = element.Next()
		}
		s.forget(element)
	}
	for s.byLast.Len() > s.maxEvents {
		s.forget(s.byLast.Front())
	}
}

// forget deletes an event.
func (s *Store) forget(element *list.Element) {
	e := *s.byLast.Remove(element).(*Event)
	delete(s.events, eventKey{e.Key, e.Type, e.Reason, e.Message})
	if s.perKey[e.Key]--; s.perKey[e.Key] == 0 {
		delete(s.perKey, e.Key)
	}
	s.commit(Change{Type: Deleted, Event: &e})
}

// Events returns the events that are kept, the one with the earliest Last first,
// and the version to watch from.
func (s *Store) Events() ([]Event, uint64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]Event, 0, s.byLast.Len())
	for element := s.byLast.Front(); element != nil; element = element.Next() {
		out = append(out, *element.Value.(*Event))
	}
	return out, s.version.Load()
}
