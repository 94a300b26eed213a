// SPDX-License-Identifier: Apache-2.0

package status

import (
	"container/list"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Options are the settings of a Store.
type Options struct {
	// Instance is the ownership scope; the UIDs of resources depend on it.
	Instance string
	// Clock returns the present time; nil means time.Now.
	Clock func() time.Time
	// History is the number of changes that are kept for watchers; zero means 4096.
	History int
	// Events is the number of events that are kept; zero means 1000. The event with
	// the earliest Last is deleted when there are more.
	Events int
	// EventsPerKey is the number of events that are kept of one resource, so that a
	// resource that keeps failing does not displace the events of others; zero means
	// 50.
	EventsPerKey int
}

const (
	defaultHistory = 4096
	defaultEvents  = 1000
	defaultPerKey  = 50
)

// Store holds the newest report of each key, the recent events and the recent
// changes of both. One resource version numbers all of them. It starts at the time
// of creation in microseconds, so that the versions of an earlier store are
// recognized as expired. Callers share the results: they must not
// change the slices, maps and pointers of a report. It is safe for concurrent use.
type Store struct {
	instance  string
	clock     func() time.Time
	maxEvents int
	maxPerKey int

	// Watchers read these without the lock. A change is stored in the ring, at the
	// index of its version, before the version is stored; the channel is closed and
	// replaced after that.
	version atomic.Uint64
	ring    []atomic.Pointer[Change]
	changed atomic.Pointer[chan struct{}]

	mu      sync.RWMutex
	reports map[spec.Key]*Report
	// incarnations counts the earlier resources of each key.
	incarnations incarnations
	events       map[eventKey]*list.Element // of *Event
	byLast       *list.List                 // of *Event, the earliest Last first
	perKey       map[spec.Key]int           // number of events
	controller   v1alpha1.Controller
	// measured is the resource usage of containers.
	measured map[spec.Key]Measured
}

// NewStore returns an empty store.
func NewStore(opts Options) *Store {
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if opts.History <= 0 {
		opts.History = defaultHistory
	}
	if opts.Events <= 0 {
		opts.Events = defaultEvents
	}
	if opts.EventsPerKey <= 0 {
		opts.EventsPerKey = defaultPerKey
	}
	version := uint64(max(opts.Clock().UnixMicro(), 1)) //nolint:gosec // not negative
	s := &Store{
		instance:  opts.Instance,
		clock:     opts.Clock,
		maxEvents: opts.Events,
		maxPerKey: opts.EventsPerKey,
		reports:   map[spec.Key]*Report{},
		events:    map[eventKey]*list.Element{},
		byLast:    list.New(),
		perKey:    map[spec.Key]int{},
		ring:      make([]atomic.Pointer[Change], opts.History),
	}
	s.version.Store(version)
	changed := make(chan struct{})
	s.changed.Store(&changed)
	return s
}

// Update replaces the report of a key by the result of change, which is called
// with the old report, or the zero Report when there is none. The new report is
// compared, numbered and identified with the store locked, so that the later of
// two updates sees the result of the earlier one; change must not call the store.
// Nothing changes when the result equals the old report or is the zero Report. An
// empty UID or FirstSeen is taken from the old report or created.
func (s *Store) Update(k spec.Key, change func(old Report) Report) {
	s.mu.Lock()
	defer s.mu.Unlock()
	prev := s.reports[k]
	var old Report
	if prev != nil {
		old = *prev
	}
	r := change(old)
	if r.Key != k {
		return
	}
	s.identify(&r, prev)
	if r.Status.Metrics == nil {
		r.Status.Metrics = s.metricsOf(r)
	}
	if prev == nil {
		s.commit(Change{Type: Added, Report: &r})
		s.claimEvents(r)
		return
	}
	r.ResourceVersion = prev.ResourceVersion
	if reflect.DeepEqual(*prev, r) {
		return
	}
	s.commit(Change{Type: Modified, Report: &r, Previous: prev})
}

// Delete deletes the report of a key, if there is one. Its events are kept.
func (s *Store) Delete(k spec.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	prev := s.reports[k]
	if prev == nil {
		return
	}
	last := *prev
	s.incarnations.add(k)
	s.commit(Change{Type: Deleted, Report: &last, Previous: prev})
}

// commit numbers a change, applies it and wakes the watchers. It never waits. The
// lock is held.
func (s *Store) commit(c Change) {
	version := s.version.Load() + 1
	c.ResourceVersion = version
	switch {
	case c.Event != nil:
		c.Event.ResourceVersion = version
	case c.Type == Deleted:
		c.Report.ResourceVersion = version
		delete(s.reports, c.Report.Key)
	default:
		c.Report.ResourceVersion = version
		s.reports[c.Report.Key] = c.Report
	}
	s.ring[version%uint64(len(s.ring))].Store(&c)
	s.version.Store(version)
	changed := make(chan struct{})
	close(*s.changed.Swap(&changed))
}

// Get returns the report of a key; false when there is none.
func (s *Store) Get(k spec.Key) (Report, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	r, found := s.reports[k]
	if !found {
		return Report{}, false
	}
	return *r, true
}

// List returns all reports, sorted by key, and the version to watch from.
func (s *Store) List() ([]Report, uint64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]Report, 0, len(s.reports))
	for _, r := range s.reports {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b Report) int { return a.Key.Compare(b.Key) })
	return out, s.version.Load()
}

// Version returns the version of the newest change.
func (s *Store) Version() uint64 { return s.version.Load() }

// SetController replaces the state of the controller itself.
func (s *Store) SetController(c v1alpha1.Controller) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.controller = c
}

// Controller returns the state of the controller itself.
func (s *Store) Controller() v1alpha1.Controller {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.controller
}

// HasNamespace reports whether any report is in a namespace.
func (s *Store) HasNamespace(namespace string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for k := range s.reports {
		if k.Namespace == namespace {
			return true
		}
	}
	return false
}
