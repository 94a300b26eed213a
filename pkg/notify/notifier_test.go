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

// rig is a notifier with one target, in a synctest bubble.
type rig struct {
	*notify.Notifier
	store *status.Store
	// stop ends the notifier and waits for it.
	stop func()

	mu      sync.Mutex
	fail    func(n notify.Notification) error
	took    []string
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
	r.took = append(r.took, strings.TrimSpace(fmt.Sprintf("%s %s %s", n.Type, n.Reason, n.Name)))
	return nil
}

func (r *rig) failWith(fail func(notify.Notification) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fail = fail
}

// delivered is what arrived since the last time.
func (r *rig) delivered() []string {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.took
	r.took = nil
	return out
}

func (r *rig) happen(name, reason string) {
	r.store.Record(status.Event{Key: key(name), Type: status.Normal, Reason: reason, Message: "m"})
}

// use has a container use something, after all that happened was queued.
func (r *rig) use(name string, m v1alpha1.Metrics) {
	synctest.Wait()
	r.Metrics(key(name), m)
}

func (r *rig) want(t *testing.T, what string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, r.delivered()); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

func (r *rig) pass(d time.Duration) {
	time.Sleep(d) // virtual: this runs in a bubble
	synctest.Wait()
}

func notified(t *testing.T, filter string, opts status.Options, test func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{store: status.NewStore(opts), results: map[string]int{}}
		f, err := notify.ParseFilter(filter)
		if err != nil {
			t.Fatal(err)
		}
		r.happen("old", "Started")
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

func TestTellsOfWhatIsWanted(t *testing.T) {
	notified(t, "started,failed", status.Options{}, func(t *testing.T, r *rig) {
		for _, reason := range []string{"Created", "Started", "Pulled", "Restarted", "Exited", "Stopped", "Healthy"} {
			r.happen("web", reason)
		}
		r.use("web", v1alpha1.Metrics{})
		r.want(t, "by topic, in order, what happened before not", "started Started web", "started Restarted web", "failed Exited web")
		r.happen("web", "Started")
		r.want(t, "what happens again is told again", "started Started web")
	})
	notified(t, "*", status.Options{}, func(t *testing.T, r *rig) {
		r.happen("web", "Pulled")
		r.use("web", v1alpha1.Metrics{})
		r.want(t, "everything", "Pulled web", "metrics Metrics web")
	})
}

func TestDeliversAtLeastOnce(t *testing.T) {
	notified(t, "*", status.Options{}, func(t *testing.T, r *rig) {
		r.failWith(func(notify.Notification) error { return errors.New("down") })
		r.happen("web", "Started")
		r.happen("web", "Stopped")
		r.pass(30 * time.Minute)
		r.want(t, "while the target is down nothing arrives")
		r.failWith(nil)
		r.pass(time.Minute)
		r.want(t, "then all does, in order", "started Started web", "stopped Stopped web")
		r.failWith(func(notify.Notification) error { return errors.New("down") })
		r.happen("web", "Created")
		r.pass(2 * time.Hour)
		r.failWith(nil)
		r.happen("web", "Healthy")
		r.want(t, "what is too old is given up, and holds up nothing", "healthy Healthy web")
		if r.results[notify.ResultDropped] != 1 || r.results[notify.ResultDelivered] != 3 || r.results[notify.ResultRetried] == 0 {
			t.Errorf("counted: %v", r.results)
		}
	})
}

func TestQueueIsBounded(t *testing.T) {
	notified(t, "*", status.Options{}, func(t *testing.T, r *rig) {
		held := make(chan struct{})
		r.failWith(func(notify.Notification) error { <-held; return nil })
		for i := range 1200 {
			r.happen(fmt.Sprint("c", i), "Started")
			r.use("web", v1alpha1.Metrics{SampledAt: time.Unix(int64(i), 0)})
		}
		close(held)
		got := r.delivered()
		// The one that was being delivered was delivered; of the others the newest.
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
			t.Errorf("%d samples of one container waited, want the last", samples)
		}
	})
}

func TestMissesNothingThatIsKnown(t *testing.T) {
	notified(t, "*", status.Options{History: 8}, func(t *testing.T, r *rig) {
		for i := range 100 { // without a pause: the watch expires
			r.happen(fmt.Sprint("c", i), "Started")
		}
		if got := r.delivered(); len(got) != 100 && len(got) != 101 { // "old" may be among what is still known
			t.Errorf("%d arrived: %v", len(got), got)
		}
	})
}

func TestDeliversWhatIsLeft(t *testing.T) {
	notified(t, "*", status.Options{}, func(t *testing.T, r *rig) {
		r.failWith(func(notify.Notification) error { return errors.New("down") })
		r.happen("web", "Started")
		r.pass(time.Second)
		r.failWith(nil)
		r.happen("web", "Stopped")
		r.stop()
		r.want(t, "at the end", "started Started web", "stopped Stopped web")
	})
	notified(t, "*", status.Options{}, func(t *testing.T, r *rig) {
		r.failWith(func(notify.Notification) error { time.Sleep(3 * time.Second); return errors.New("slow") }) // virtual: this runs in a bubble
		for i := range 10 {
			r.happen(fmt.Sprint("c", i), "Started")
		}
		began := time.Now()
		r.stop()
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("the end was held up for %s", took)
		}
	})
}
