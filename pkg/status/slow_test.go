// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// slowKey is a container of that name in the namespace shop.
func slowKey(name string) spec.Key {
	return spec.Key{Kind: spec.KindContainer, Namespace: "shop", Name: name}
}

// TestSlowWatchers runs a thousand watchers: most never read, some stop in the
// middle, and one keeps up.
func TestSlowWatchers(t *testing.T) {
	const watchers, changes, history = 1000, 5000, 64
	s := status.NewStore(status.Options{History: history, Clock: func() time.Time { return time.Unix(1000, 0) }})
	start := s.Version()
	idle := make([]*status.Watch, watchers)
	for i := range idle {
		idle[i] = s.Watch(start)
	}
	// Waiting watchers are goroutines that publishers have to wake, and that
	// take one change and no more.
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var waiting sync.WaitGroup
	for range watchers {
		w := s.Watch(start)
		waiting.Go(func() { _, _ = w.Next(ctx) })
	}
	prompt := s.Watch(start)
	for i := range changes {
		publish(s, status.Report{Key: slowKey("app"), Status: v1alpha1.Status{Restarts: i}})
		c, err := prompt.Next(t.Context())
		if err != nil {
			t.Fatalf("the watcher that keeps up, at change %d: %v", i, err)
		}
		if c.Report.Status.Restarts != i {
			t.Fatalf("the watcher that keeps up got %d, want %d", c.Report.Status.Restarts, i)
		}
	}
	waiting.Wait()
	for i, w := range idle {
		if _, err := w.Next(t.Context()); !errors.Is(err, status.ErrExpired) {
			t.Fatalf("watcher %d, which never read: want ErrExpired, got %v", i, err)
		}
	}
	if got := s.Version() - start; got != changes {
		t.Errorf("the version moved by %d, want %d", got, changes)
	}
}

// TestEventsPerKey verifies that one resource does not displace the events of
// others.
func TestEventsPerKey(t *testing.T) {
	s := status.NewStore(status.Options{Events: 10, EventsPerKey: 3})
	record := func(name, message string) {
		s.Record(status.Event{Key: slowKey(name), Type: status.Normal, Reason: "Noted", Message: message})
	}
	kept := func() []string {
		events, _ := s.Events()
		var out []string
		for _, e := range events {
			out = append(out, e.Key.Name+" "+e.Message)
		}
		return out
	}
	record("quiet", "hello")
	for i := range 20 {
		record("noisy", fmt.Sprint(i))
	}
	if diff := cmp.Diff([]string{"quiet hello", "noisy 17", "noisy 18", "noisy 19"}, kept()); diff != "" {
		t.Error(diff)
	}
	record("noisy", "17") // a repetition adds no event, and is the latest
	record("noisy", "20")
	if diff := cmp.Diff([]string{"quiet hello", "noisy 19", "noisy 17", "noisy 20"}, kept()); diff != "" {
		t.Error(diff)
	}
	for i := range 12 {
		record(fmt.Sprint("other", i), "hello")
	}
	if got := len(kept()); got != 10 {
		t.Errorf("%d events are kept, want 10", got)
	}
	record("noisy", "again") // deleted events are not counted
	if got := kept(); !slices.Contains(got, "noisy again") {
		t.Errorf("the latest event is not among %q", got)
	}
}
