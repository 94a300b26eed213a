// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/notify"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

func key(name string) spec.Key {
	return spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: name}
}

// rig is a Notifier with one target, in a synctest bubble.
type rig struct {
	*notify.Notifier
	store *status.Store
	// stop stops the Notifier and waits for it.
	stop func()

	mu      sync.Mutex
	fail    func(n notify.Notification) error
	arrived []string
	results map[string]int
}

func (r *rig) Kind() string   { return notify.KindWebhook }
func (r *rig) String() string { return "target" }

func (r *rig) Deliver(ctx context.Context, n notify.Notification) error {
	r.mu.Lock()
	fail := r.fail
	r.mu.Unlock()
	if fail != nil {
		if err := fail(n); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.arrived = append(r.arrived, strings.TrimSpace(fmt.Sprintf("%s %s %s", n.Type, n.Reason, n.Name)))
	return nil
}

func (r *rig) failWith(fail func(notify.Notification) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fail = fail
}

// takeDelivered returns the notifications that arrived since the previous call.
func (r *rig) takeDelivered() []string {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.arrived
	r.arrived = nil
	return out
}

func (r *rig) record(name, reason string) {
	r.store.Record(status.Event{Key: key(name), Type: status.Normal, Reason: reason, Message: "m"})
}

// sample reports a sample of a container after all events were queued.
func (r *rig) sample(name string, m v1alpha1.Metrics) {
	synctest.Wait()
	r.Metrics(key(name), m)
}

func (r *rig) checkDelivered(t *testing.T, what string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, r.takeDelivered()); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

func (r *rig) advance(d time.Duration) {
	time.Sleep(d) // virtual: this runs in a bubble
	synctest.Wait()
}

// runNotifier runs a test with a running Notifier in a synctest bubble.
func runNotifier(t *testing.T, filter string, opts status.Options, test func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{store: status.NewStore(opts), results: map[string]int{}}
		f, err := notify.ParseFilter(filter)
		if err != nil {
			t.Fatal(err)
		}
		r.record("old", "Started")
		r.Notifier = notify.New(r.store, []notify.Subscription{{Filter: f, Target: r}}, notify.Options{Count: func(_, result string) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.results[result]++
		}})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); _ = r.Run(ctx) }()
		r.stop = func() { cancel(); <-done }
		defer r.stop()
		test(t, r)
	})
}

func TestDeliversSelectedNotifications(t *testing.T) {
	runNotifier(t, "started,failed", status.Options{}, func(t *testing.T, r *rig) {
		for _, reason := range []string{"Created", "Started", "Pulled", "Restarted", "Exited", "Stopped", "Healthy"} {
			r.record("web", reason)
		}
		r.sample("web", v1alpha1.Metrics{})
		r.checkDelivered(t, "selected topics in order, without earlier events", "started Started web", "started Restarted web", "failed Exited web")
		r.record("web", "Started")
		r.checkDelivered(t, "a repeated event", "started Started web")
	})
	runNotifier(t, "*", status.Options{}, func(t *testing.T, r *rig) {
		r.record("web", "Pulled")
		r.sample("web", v1alpha1.Metrics{})
		r.checkDelivered(t, "everything", "Pulled web", "metrics Metrics web")
	})
}

func TestDeliversAtLeastOnce(t *testing.T) {
	runNotifier(t, "*", status.Options{}, func(t *testing.T, r *rig) {
		r.failWith(func(notify.Notification) error { return errors.New("down") })
		r.record("web", "Started")
		r.record("web", "Stopped")
		r.advance(30 * time.Minute)
		r.checkDelivered(t, "while the target is down")
		r.failWith(nil)
		r.advance(time.Minute)
		r.checkDelivered(t, "after the target is up", "started Started web", "stopped Stopped web")
		r.failWith(func(notify.Notification) error { return errors.New("down") })
		r.record("web", "Created")
		r.advance(2 * time.Hour)
		r.failWith(nil)
		r.record("web", "Healthy")
		r.checkDelivered(t, "after an expired notification", "healthy Healthy web")
		if r.results[notify.ResultDropped] != 1 || r.results[notify.ResultDelivered] != 3 || r.results[notify.ResultRetried] == 0 {
			t.Errorf("counted: %v", r.results)
		}
	})
}

func TestQueueIsBounded(t *testing.T) {
	runNotifier(t, "*", status.Options{}, func(t *testing.T, r *rig) {
		held := make(chan struct{})
		r.failWith(func(notify.Notification) error { <-held; return nil })
		for i := range 1200 {
			r.record(fmt.Sprint("c", i), "Started")
			r.sample("web", v1alpha1.Metrics{SampledAt: time.Unix(int64(i), 0)})
		}
		close(held)
		got := r.takeDelivered()
		// The notification in progress arrives, and the newest of the others.
		if len(got) != 1001 || got[0] != "started Started c0" || got[len(got)-1] != "metrics Metrics web" || got[len(got)-2] != "started Started c1199" {
			t.Errorf("%d arrived, from %s to %s", len(got), got[0], got[len(got)-1])
		}
		samples := 0
		for _, line := range got {
			if strings.HasPrefix(line, "metrics") {
				samples++
			}
		}
		if samples != 1 {
			t.Errorf("%d samples of one container arrived, want only the last", samples)
		}
	})
}

func TestCatchesUpAfterOverflow(t *testing.T) {
	runNotifier(t, "*", status.Options{History: 8}, func(t *testing.T, r *rig) {
		for i := range 100 { // without a pause, so that the watch expires
			r.record(fmt.Sprint("c", i), "Started")
		}
		if got := r.takeDelivered(); len(got) != 100 && len(got) != 101 { // the store may still have "old"
			t.Errorf("%d arrived: %v", len(got), got)
		}
	})
}

func TestDrainsQueueOnStop(t *testing.T) {
	runNotifier(t, "*", status.Options{}, func(t *testing.T, r *rig) {
		r.failWith(func(notify.Notification) error { return errors.New("down") })
		r.record("web", "Started")
		r.advance(time.Second)
		r.failWith(nil)
		r.record("web", "Stopped")
		r.stop()
		r.checkDelivered(t, "at the end", "started Started web", "stopped Stopped web")
	})
	runNotifier(t, "*", status.Options{}, func(t *testing.T, r *rig) {
		r.failWith(func(notify.Notification) error { time.Sleep(3 * time.Second); return errors.New("slow") }) // virtual: this runs in a bubble
		for i := range 10 {
			r.record(fmt.Sprint("c", i), "Started")
		}
		began := time.Now()
		r.stop()
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("stopping took %s", took)
		}
	})
}
