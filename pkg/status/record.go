// SPDX-License-Identifier: Apache-2.0

package status

import (
	"container/list"
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
	e.Name = fmt.Sprintf("%s.%x", e.Key.Name, s.version.Load()+1)
	s.events[k] = s.byLast.PushBack(&e)
	s.perKey[e.Key]++
	s.commit(Change{Type: Added, Event: &e})
	s.forgetOldest(e.Key)
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

// forgetOldest makes room after an event of a key was added.
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

func (s *Store) forget(element *list.Element) {
	e := *s.byLast.Remove(element).(*Event)
	delete(s.events, eventKey{e.Key, e.Type, e.Reason, e.Message})
	if s.perKey[e.Key]--; s.perKey[e.Key] == 0 {
		delete(s.perKey, e.Key)
	}
	s.commit(Change{Type: Deleted, Event: &e})
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
	return out, s.version.Load()
}
