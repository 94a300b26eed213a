// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// eventKey is what makes two events the same.
type eventKey struct {
	key     spec.Key
	kind    EventType
	reason  string
	message string
}

// Record adds an event. One that repeats is counted: Count grows by the new
// one's (zero means 1) and Last moves. Zero times are now.
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
	// The version that the commit below gives is unique, and so is the name.
	e.Name = fmt.Sprintf("%s.%x", e.Key.Name, s.version+1)
	s.events[k] = s.byLast.PushBack(&e)
	s.commit(Change{Type: Added, Event: &e})
	s.forgetOldest()
}

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

// adopt gives the UID of a new resource to the events that came before its first
// report.
func (s *Store) adopt(r Report) {
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

func (s *Store) forgetOldest() {
	for s.byLast.Len() > s.maxEvents {
		oldest := *s.byLast.Remove(s.byLast.Front()).(*Event)
		delete(s.events, eventKey{oldest.Key, oldest.Type, oldest.Reason, oldest.Message})
		s.commit(Change{Type: Deleted, Event: &oldest})
	}
}

// Events is every event that is kept, longest ago first, and the version to
// watch from.
func (s *Store) Events() ([]Event, uint64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]Event, 0, s.byLast.Len())
	for element := s.byLast.Front(); element != nil; element = element.Next() {
		out = append(out, *element.Value.(*Event))
	}
	return out, s.version
}
