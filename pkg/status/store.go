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
	// Clock is the time; nil means time.Now.
	Clock func() time.Time
	// History is how many changes are kept for watchers; zero means 4096.
	History int
	// Events is how many events are kept; zero means 1000. When there are more,
	// the one that happened longest ago goes.
	Events int
	// EventsPerKey is how many events of one resource are kept, so that one that
	// fails again and again leaves room for the others; zero means 50.
	EventsPerKey int
}

const (
	defaultHistory = 4096
	defaultEvents  = 1000
	defaultPerKey  = 50
)

// Store holds the newest report of each key, the recent events and the recent
// changes to both. All of it is numbered by one resource version, which begins
// at the time of creation in microseconds, so that the versions of a store that
// came before are recognised as expired. What it hands out is shared: nobody
// changes the inside of a report. It is safe for concurrent use.
type Store struct {
	instance  string
	clock     func() time.Time
	maxEvents int
	maxPerKey int

	// Watchers read these without the lock. A change is in the ring, at the place
	// of its version, before the version is; the channel is closed and replaced
	// after that.
	version atomic.Uint64
	ring    []atomic.Pointer[Change]
	changed atomic.Pointer[chan struct{}]

	mu      sync.RWMutex
	reports map[spec.Key]*Report
	// incarnations are those of keys without a report.
	incarnations incarnations
	events       map[eventKey]*list.Element // of *Event
	byLast       *list.List                 // of *Event, longest ago first
	perKey       map[spec.Key]int           // how many events there are
	controller   v1alpha1.Controller
	// measured is what the runs of containers use.
	measured map[spec.Key]Measured
}

// NewStore makes an empty store.
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

// Update replaces the report of a key by what change returns for the old one,
// which is zero when there is none. It compares, numbers and identifies the new
// report under the store's lock, so that of two updates the later one sees the
// result of the earlier one: change must not call the store. A report that
// equals the old one, or is zero, changes nothing. An empty UID or FirstSeen is
// taken from the old report, or made.
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
		s.adopt(r)
		return
	}
	r.ResourceVersion = prev.ResourceVersion
	if reflect.DeepEqual(*prev, r) {
		return
	}
	s.commit(Change{Type: Modified, Report: &r, Previous: prev})
}

// Publish replaces the report of its key, whatever the old one is.
func (s *Store) Publish(r Report) {
	s.Update(r.Key, func(Report) Report { return r })
}

// Delete drops the report of a key; one without a report is left alone. Its
// events stay.
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

// commit numbers a change, carries it out and tells the watchers. It is called
// with the lock held and never waits.
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

// Get is the report of a key.
func (s *Store) Get(k spec.Key) (Report, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	r, found := s.reports[k]
	if !found {
		return Report{}, false
	}
	return *r, true
}

// List is every report, sorted by key, and the version to watch from.
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

// Version is the version of the newest change.
func (s *Store) Version() uint64 { return s.version.Load() }

// SetController replaces the controller's own state.
func (s *Store) SetController(c v1alpha1.Controller) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.controller = c
}

// Controller is the controller's own state.
func (s *Store) Controller() v1alpha1.Controller {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.controller
}

// HasNamespace reports that a namespace has a report.
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
