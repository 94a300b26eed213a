// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

func key(name string) spec.Key {
	return spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: name}
}

func report(name, phase string) status.Report {
	return status.Report{Key: key(name), Status: v1alpha1.Status{Phase: phase}}
}

// clock is a time that tests advance.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{now: time.Unix(1_800_000_000, 0)} }

func (c *clock) Now() time.Time { return c.now }

func TestUpdate(t *testing.T) {
	t.Run("fills in UID, FirstSeen and ResourceVersion", func(t *testing.T) {
		c := newClock()
		s := status.NewStore(status.Options{Clock: c.Now})
		publish(s, report("web", "Pending"))
		got, found := s.Get(key("web"))
		if !found || got.UID == "" || !got.FirstSeen.Equal(c.now) || got.ResourceVersion != s.Version() {
			t.Errorf("found %v: %+v", found, got)
		}
	})
	t.Run("keeps UID and FirstSeen through changes", func(t *testing.T) {
		c := newClock()
		s := status.NewStore(status.Options{Clock: c.Now})
		publish(s, report("web", "Pending"))
		before, _ := s.Get(key("web"))
		c.now = c.now.Add(time.Hour)
		publish(s, report("web", "Running"))
		after, _ := s.Get(key("web"))
		before.Status.Phase, before.ResourceVersion = "Running", before.ResourceVersion+1
		if diff := cmp.Diff(before, after); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("an equal report changes nothing", func(t *testing.T) {
		s := status.NewStore(status.Options{})
		publish(s, report("web", "Running"))
		before := s.Version()
		publish(s, report("web", "Running"))
		if s.Version() != before {
			t.Errorf("version %d, want %d", s.Version(), before)
		}
	})
	t.Run("a key that is reported again is a new resource", func(t *testing.T) {
		s := status.NewStore(status.Options{})
		publish(s, report("web", "Running"))
		before, _ := s.Get(key("web"))
		s.Delete(key("web"))
		publish(s, report("web", "Running"))
		after, _ := s.Get(key("web"))
		if before.UID == after.UID {
			t.Errorf("both have UID %s", after.UID)
		}
	})
}

func TestDelete(t *testing.T) {
	s := status.NewStore(status.Options{})
	publish(s, report("web", "Running"))
	s.Delete(key("web"))
	if _, found := s.Get(key("web")); found {
		t.Error("the report is still there")
	}
	before := s.Version()
	s.Delete(key("web"))
	if s.Version() != before {
		t.Error("deleting nothing moved the version")
	}
}

func TestList(t *testing.T) {
	s := status.NewStore(status.Options{})
	for _, name := range []string{"c", "a", "b"} {
		publish(s, report(name, "Running"))
	}
	list, version := s.List()
	var names []string
	for _, r := range list {
		names = append(names, r.Key.Name)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, names); diff != "" {
		t.Error(diff)
	}
	if version != list[1].ResourceVersion {
		t.Errorf("version %d, want the version of the newest change, %d", version, list[1].ResourceVersion)
	}
}

func TestController(t *testing.T) {
	s := status.NewStore(status.Options{})
	want := v1alpha1.Controller{Instance: "default", Synced: true}
	s.SetController(want)
	if diff := cmp.Diff(want, s.Controller()); diff != "" {
		t.Error(diff)
	}
}

func started(name, message string) status.Event {
	return status.Event{Key: key(name), Type: status.Normal, Reason: "Started", Message: message}
}

func TestRecord(t *testing.T) {
	t.Run("an event that repeats is counted", func(t *testing.T) {
		c := newClock()
		s := status.NewStore(status.Options{Clock: c.Now})
		first := c.now
		publish(s, report("web", "Running"))
		r, _ := s.Get(key("web"))
		s.Record(started("web", "one"))
		s.Record(started("db", "one"))
		c.now = c.now.Add(time.Minute)
		s.Record(started("web", "one"))
		got, version := s.Events()
		if len(got) != 2 || got[0].Key.Name != "db" {
			t.Fatalf("want db, then web: %+v", got)
		}
		want := started("web", "one")
		want.First, want.Last, want.Count = first, c.now, 2
		want.Name, want.ObjectUID, want.ResourceVersion = got[1].Name, r.UID, version
		if diff := cmp.Diff(want, got[1]); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("another message is another event with another name", func(t *testing.T) {
		s := status.NewStore(status.Options{})
		s.Record(started("web", "one"))
		s.Record(started("web", "two"))
		got, _ := s.Events()
		if len(got) != 2 || got[0].Name == got[1].Name {
			t.Errorf("%+v", got)
		}
	})
	t.Run("the event with the earliest Last is deleted first", func(t *testing.T) {
		s := status.NewStore(status.Options{Events: 3})
		for i := range 3 {
			s.Record(started("web", fmt.Sprint(i)))
		}
		s.Record(started("web", "0"))
		s.Record(started("web", "3"))
		var messages []string
		got, _ := s.Events()
		for _, e := range got {
			messages = append(messages, e.Message)
		}
		if diff := cmp.Diff([]string{"2", "0", "3"}, messages); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("an event before the first report gets its UID", func(t *testing.T) {
		s := status.NewStore(status.Options{})
		s.Record(started("web", "one"))
		since := s.Version()
		publish(s, report("web", "Running"))
		r, _ := s.Get(key("web"))
		if got, _ := s.Events(); got[0].ObjectUID != r.UID || got[0].Count != 1 {
			t.Errorf("%+v", got)
		}
		w := s.Watch(since)
		if got := []string{next(t, w), next(t, w)}; got[1] != "MODIFIED event one x1" {
			t.Errorf("a watch sees %q", got)
		}
	})
	t.Run("an event that was deleted starts with count 1", func(t *testing.T) {
		s := status.NewStore(status.Options{Events: 1})
		s.Record(started("web", "one"))
		s.Record(started("web", "two"))
		s.Record(started("web", "one"))
		if got, _ := s.Events(); len(got) != 1 || got[0].Count != 1 || got[0].Message != "one" {
			t.Errorf("%+v", got)
		}
	})
}

// updater is a store, or a fixture that has one.
type updater interface {
	Update(k spec.Key, change func(status.Report) status.Report)
}

// publish replaces the report of its key.
func publish(s updater, r status.Report) {
	s.Update(r.Key, func(status.Report) status.Report { return r })
}
