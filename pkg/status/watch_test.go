// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pact-toolbox/reconciler/pkg/status"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// next returns the next change as text.
func next(t *testing.T, w *status.Watch) string {
	t.Helper()
	c, err := w.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.Event != nil {
		return fmt.Sprintf("%s event %s x%d", c.Type, c.Event.Message, c.Event.Count)
	}
	words := fmt.Sprintf("%s %s %s", c.Type, c.Report.Key.Name, c.Report.Status.Phase)
	if c.Previous != nil {
		words += " was " + c.Previous.Status.Phase
	}
	if c.Report.ResourceVersion != c.ResourceVersion {
		t.Errorf("%s: the report has version %d, the change %d", words, c.Report.ResourceVersion, c.ResourceVersion)
	}
	return words
}

func TestWatch(t *testing.T) {
	t.Run("gives every change in order", func(t *testing.T) {
		s := status.NewStore(status.Options{Events: 1})
		w := s.Watch(s.Version())
		publish(s, report("web", "Pending"))
		s.Record(started("web", "one"))
		publish(s, report("web", "Running"))
		s.Record(started("web", "one"))
		s.Record(started("web", "two"))
		s.Delete(key("web"))
		var got []string
		for range 7 {
			got = append(got, next(t, w))
		}
		want := []string{
			"ADDED web Pending", "ADDED event one x1", "MODIFIED web Running was Pending",
			"MODIFIED event one x2", "ADDED event two x1", "DELETED event one x2", "DELETED web Running was Running",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("continues after the version of any change", func(t *testing.T) {
		s := status.NewStore(status.Options{})
		w := s.Watch(s.Version())
		publish(s, report("a", "Running"))
		publish(s, report("b", "Running"))
		c, err := w.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := next(t, s.Watch(c.ResourceVersion)); got != "ADDED b Running" {
			t.Error(got)
		}
	})
	t.Run("ends with its context", func(t *testing.T) {
		s := status.NewStore(status.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Watch(s.Version()).Next(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("waits for a change that is to come", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := status.NewStore(status.Options{})
			w := s.Watch(s.Version())
			var got string
			var wg sync.WaitGroup
			wg.Go(func() { got = next(t, w) })
			synctest.Wait()
			publish(s, report("web", "Running"))
			wg.Wait()
			if got != "ADDED web Running" {
				t.Error(got)
			}
		})
	})
}

func TestWatchExpires(t *testing.T) {
	t.Run("a watch that is too slow delays no update", func(t *testing.T) {
		s := status.NewStore(status.Options{History: 4})
		slow := s.Watch(s.Version())
		for i := range 5 {
			publish(s, report("web", fmt.Sprint(i)))
		}
		if _, err := slow.Next(t.Context()); !errors.Is(err, status.ErrExpired) {
			t.Error(err)
		}
	})
	t.Run("a watch whose changes are kept does not expire", func(t *testing.T) {
		s := status.NewStore(status.Options{History: 4})
		slow := s.Watch(s.Version())
		for i := range 4 {
			publish(s, report("web", fmt.Sprint(i)))
		}
		for i := range 4 {
			if c, err := slow.Next(t.Context()); err != nil || c.Report.Status.Phase != fmt.Sprint(i) {
				t.Errorf("change %d: %+v, %v", i, c, err)
			}
		}
	})
	for name, since := range map[string]func(*status.Store, *clock) uint64{
		"a version of a store that came before": func(_ *status.Store, c *clock) uint64 {
			return uint64(c.now.UnixMicro()) - 1 //nolint:gosec // not negative
		},
		"a version that is to come": func(s *status.Store, _ *clock) uint64 { return s.Version() + 1 },
		"zero":                      func(*status.Store, *clock) uint64 { return 0 },
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			s := status.NewStore(status.Options{Clock: c.Now})
			publish(s, report("web", "Running"))
			if _, err := s.Watch(since(s, c)).Next(t.Context()); !errors.Is(err, status.ErrExpired) {
				t.Error(err)
			}
		})
	}
}

func TestWatchersSeeAllThatConcurrentPublishersSay(t *testing.T) {
	const publishers, each = 4, 100
	s := status.NewStore(status.Options{})
	since := s.Version()
	var wg sync.WaitGroup
	for p := range publishers {
		wg.Go(func() {
			for i := range each {
				publish(s, report(fmt.Sprint(p), fmt.Sprint(i)))
			}
		})
	}
	for range 3 {
		wg.Go(func() {
			w := s.Watch(since)
			last := map[string]string{}
			for range publishers * each {
				c, err := w.Next(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				last[c.Report.Key.Name] = c.Report.Status.Phase
			}
			for p := range publishers {
				if got := last[fmt.Sprint(p)]; got != fmt.Sprint(each-1) {
					t.Errorf("publisher %d ended with %q", p, got)
				}
			}
		})
	}
	wg.Wait()
}
