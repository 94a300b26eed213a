// SPDX-License-Identifier: Apache-2.0

package observer

import (
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// TestStopsAreForgotten verifies that nothing is kept of a container that was never
// read.
func TestStopsAreForgotten(t *testing.T) {
	c := New(nil, "test", Options{})
	defer c.dirty.ShutDown()
	id := engine.ID{Kind: engine.KindContainer, Value: "foreign"}
	c.observe(engine.Event{ID: id, Stops: true, Time: time.Unix(10, 0)})
	c.replace(engine.Snapshot{}, c.begin())
	if len(c.table.stops) > 0 {
		t.Errorf("stops: %v", c.table.stops)
	}
}

// TestTable verifies that an earlier one of two overlapping reads never
// overwrites the result of the other.
func TestTable(t *testing.T) {
	id := engine.ID{Kind: engine.KindContainer, Value: "c1"}
	as := func(status engine.Status) engine.Object {
		return engine.Object{ID: id, Name: "web", Container: &engine.Container{Status: status}}
	}
	listing := func(objects ...engine.Object) engine.Snapshot {
		snap := engine.Snapshot{}
		for _, obj := range objects {
			snap = snap.With(obj)
		}
		return snap
	}
	for name, tc := range map[string]struct {
		do   func(tab *table, d *differences)
		want engine.Status
	}{
		"a_list_that_began_before_a_read_does_not_undo_it": {func(tab *table, d *differences) {
			list, read := tab.begin(), tab.begin()
			tab.put(as(engine.StatusExited), read, d)
			tab.replace(listing(as(engine.StatusRunning)), list, d)
		}, engine.StatusExited},
		"a_list_that_began_before_a_creation_does_not_remove_it": {func(tab *table, d *differences) {
			list, read := tab.begin(), tab.begin()
			tab.put(as(engine.StatusRunning), read, d)
			tab.replace(listing(), list, d)
		}, engine.StatusRunning},
		"a_list_that_began_before_a_removal_does_not_undo_it": {func(tab *table, d *differences) {
			tab.put(as(engine.StatusRunning), tab.begin(), d)
			list, read := tab.begin(), tab.begin()
			tab.drop(id, read, d)
			tab.replace(listing(as(engine.StatusRunning)), list, d)
		}, ""},
		"a_read_that_began_before_a_list_does_not_restore_an_object_that_the_list_lacks": {func(tab *table, d *differences) {
			read, list := tab.begin(), tab.begin()
			tab.replace(listing(), list, d)
			tab.put(as(engine.StatusRunning), read, d)
		}, ""},
		"a_read_that_began_after_a_list_wins": {func(tab *table, d *differences) {
			list, read := tab.begin(), tab.begin()
			tab.replace(listing(as(engine.StatusRunning)), list, d)
			tab.put(as(engine.StatusExited), read, d)
		}, engine.StatusExited},
		"an_older_read_that_ends_later_is_dropped": {func(tab *table, d *differences) {
			older, newer := tab.begin(), tab.begin()
			tab.put(as(engine.StatusExited), newer, d)
			tab.put(as(engine.StatusRunning), older, d)
		}, engine.StatusExited},
	} {
		t.Run(name, func(t *testing.T) {
			tab := newTable("test")
			tc.do(tab, newDifferences())
			got := engine.Status("")
			snap, _ := tab.snapshot()
			if obj, ok := snap.Objects[id]; ok {
				got = obj.Container.Status
			}
			if got != tc.want {
				t.Errorf("status %q, want %q", got, tc.want)
			}
		})
	}
}
