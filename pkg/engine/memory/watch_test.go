// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
)

// actions starts a Watch. seen returns the actions of the events so far, and ended
// waits for the error of the Watch.
func actions(t *testing.T, e *memory.Engine, since time.Time) (seen func() []string, ended func() error) {
	t.Helper()
	var mu sync.Mutex
	var out []string
	done := make(chan error, 1)
	ready := make(chan struct{})
	go func() {
		done <- e.Watch(t.Context(), since, func() { close(ready) }, func(ev engine.Event) {
			mu.Lock()
			defer mu.Unlock()
			out = append(out, ev.Action)
		})
	}()
	<-ready
	seen = func() []string {
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		return out
	}
	return seen, func() error { return <-done }
}

func TestWatch(t *testing.T) {
	t.Run("changes_by_themselves_are_reported_when_they_are_due", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := memory.New(memory.Options{})
			e.AddImage("job:1", memory.ImageBehaviour{ExitAfter: time.Minute})
			seen, _ := actions(t, e, time.Time{})
			if _, err := e.UserRun(engine.ContainerConfig{Name: "job", Image: "job:1"}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"create", "start"}, seen()); diff != "" {
				t.Fatalf("events at first (-want +got):\n%s", diff)
			}
			<-time.After(time.Minute + time.Second)
			if diff := cmp.Diff([]string{"create", "start", "die"}, seen()); diff != "" {
				t.Fatalf("events after a minute (-want +got):\n%s", diff)
			}
		})
	})
	t.Run("a_restart_of_the_engine_breaks_the_stream_after_its_events", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := memory.New(memory.Options{AnyImage: true})
			if _, err := e.UserRun(engine.ContainerConfig{Name: "web", Image: "app:1"}); err != nil {
				t.Fatal(err)
			}
			seen, ended := actions(t, e, time.Time{})
			e.Restart()
			if err := ended(); engine.CodeOf(err) != engine.Unreachable {
				t.Fatalf("Watch returned %v", err)
			}
			if diff := cmp.Diff([]string{"kill", "die", "stop"}, seen()); diff != "" {
				t.Fatalf("events (-want +got):\n%s", diff)
			}
		})
	})
	t.Run("a_break_has_no_events", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := memory.New(memory.Options{})
			seen, ended := actions(t, e, time.Time{})
			e.Break()
			if err := ended(); engine.CodeOf(err) != engine.Unreachable || len(seen()) != 0 {
				t.Fatalf("Watch returned %v after %v", err, seen())
			}
		})
	})
}

func TestWatchStart(t *testing.T) {
	t.Run("the_last_256_events_are_kept", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := memory.New(memory.Options{})
			for i := range 1000 {
				e.UserVolume(engine.VolumeConfig{Name: fmt.Sprintf("volume-%d", i)})
			}
			seen, _ := actions(t, e, time.Now().Add(-time.Hour))
			if got := len(seen()); got != 256 {
				t.Fatalf("%d events", got)
			}
		})
	})
	t.Run("a_fault_prevents_the_subscription", func(t *testing.T) {
		e := memory.New(memory.Options{})
		e.SetFail(func(op memory.Op) memory.Fault {
			return memory.Fault{Err: engine.Errorf(op.Name, engine.Unreachable, "down")}
		})
		err := e.Watch(t.Context(), time.Time{}, func() { t.Error("ready") }, func(engine.Event) {})
		if engine.CodeOf(err) != engine.Unreachable {
			t.Fatalf("Watch returned %v", err)
		}
	})
}

// TestConcurrentUse covers data races.
func TestConcurrentUse(t *testing.T) {
	e := memory.New(memory.Options{AnyImage: true})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 20 {
				id, err := e.UserRun(engine.ContainerConfig{Name: fmt.Sprintf("web-%d", i), Image: "app:1"})
				if err != nil {
					t.Error(err)
					return
				}
				for ref, obj := range e.Snapshot().Objects {
					_ = obj.Labels["any"]
					_, _ = e.Get(t.Context(), ref)
				}
				_ = e.Stop(t.Context(), id, 0)
				_ = e.Remove(t.Context(), id)
			}
		})
	}
	wg.Wait()
	if n := len(e.Snapshot().Objects); n != 0 {
		t.Fatalf("%d objects are left", n)
	}
}

// BenchmarkLifecycle measures the calls from the creation to the removal of a
// container, with a snapshot after each of them and ten other containers.
func BenchmarkLifecycle(b *testing.B) {
	e := memory.New(memory.Options{AnyImage: true})
	for i := range 10 {
		if _, err := e.UserRun(engine.ContainerConfig{Name: fmt.Sprintf("web-%d", i), Image: "app:1"}); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		id, err := e.CreateContainer(b.Context(), engine.ContainerConfig{Name: "web", Image: "app:1"})
		if err != nil {
			b.Fatal(err)
		}
		_ = e.Snapshot()
		_ = e.Start(b.Context(), id)
		_ = e.Snapshot()
		_ = e.Stop(b.Context(), id, 0)
		_ = e.Snapshot()
		_ = e.Remove(b.Context(), id)
		_ = e.Snapshot()
	}
}
