// SPDX-License-Identifier: Apache-2.0

package observer_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const instance = "test"

// rig is a cache over an engine whose events and calls the test can bend. It
// runs in a synctest bubble, so time is virtual.
type rig struct {
	*memory.Engine
	t     *testing.T
	cache *observer.Cache
	// deaf has events lost, slow has every Get take that long.
	deaf atomic.Bool
	slow atomic.Int64
	// gets and lists count calls.
	gets, lists, watches atomic.Int64

	mu     sync.Mutex
	keys   map[spec.Key]bool
	names  map[observer.Name]bool
	alls   int
	states []observer.State
}

func (r *rig) Watch(ctx context.Context, since time.Time, ready func(), handle func(engine.Event)) error {
	r.watches.Add(1)
	return r.Engine.Watch(ctx, since, ready, func(ev engine.Event) {
		if !r.deaf.Load() {
			handle(ev)
		}
	})
}

func (r *rig) Get(ctx context.Context, id engine.ID) (engine.Object, error) {
	r.gets.Add(1)
	if d := time.Duration(r.slow.Load()); d > 0 {
		select {
		case <-time.After(d):
		case <-ctx.Done():
			return engine.Object{}, ctx.Err()
		}
	}
	return r.Engine.Get(ctx, id)
}

func (r *rig) List(ctx context.Context) (engine.Snapshot, error) {
	r.lists.Add(1)
	return r.Engine.List(ctx)
}

func (r *rig) Changed(change observer.Change) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if change.All {
		r.alls++
	}
	for _, k := range change.Keys {
		r.keys[k] = true
	}
	for _, n := range change.Names {
		r.names[n] = true
	}
}

func (r *rig) StateChanged(s observer.State) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.states = append(r.states, s)
}

// pass lets virtual time go by, until nothing moves any more.
func (r *rig) pass(d time.Duration) {
	time.Sleep(d) // virtual: this runs in a bubble
	synctest.Wait()
}

// take is what was told since the last time.
func (r *rig) take() (keys map[spec.Key]bool, names map[observer.Name]bool, alls int) {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	keys, names, alls = r.keys, r.names, r.alls
	r.keys, r.names, r.alls = map[spec.Key]bool{}, map[observer.Name]bool{}, 0
	return keys, names, alls
}

// observed runs a test with a cache that is synced over an engine with the
// image app:1.
func observed(t *testing.T, opts observer.Options, test func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{Engine: memory.New(memory.Options{}), t: t}
		r.AddImage("app:1", memory.ImageBehaviour{})
		r.cache = observer.New(r, instance, opts)
		r.cache.Subscribe(r)
		r.take()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- r.cache.Run(ctx) }()
		defer func() {
			cancel()
			if err := <-done; err != nil {
				t.Errorf("Run = %v", err)
			}
		}()
		<-r.cache.Synced()
		r.take()
		test(t, r)
	})
}

// ours makes and starts a container of ours.
func (r *rig) ours(name string) engine.ID {
	r.t.Helper()
	return r.run(name, owner.Stamp(instance, "uid-"+name, webObject(name)))
}

func (r *rig) run(name string, labels map[string]string) engine.ID {
	r.t.Helper()
	id, err := r.UserRun(engine.ContainerConfig{Name: name + ".default", Image: "app:1", Labels: labels})
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}

func (r *rig) status(id engine.ID) engine.Status {
	snap, _ := r.cache.Snapshot()
	if obj, ok := snap.Objects[id]; ok {
		return obj.Container.Status
	}
	return "absent"
}

func (r *rig) wantStatus(id engine.ID, want engine.Status) {
	r.t.Helper()
	synctest.Wait()
	if got := r.status(id); got != want {
		r.t.Fatalf("%s is %s in the cache, want %s", id, got, want)
	}
}

func webObject(name string) spec.Object {
	return spec.Object{
		Kind:      spec.KindContainer,
		Metadata:  spec.Metadata{Name: name, Namespace: "default"},
		Container: &spec.Container{Image: "app:1"},
	}
}

func webKey(name string) spec.Key { return webObject(name).Key() }

func containerName(name string) observer.Name {
	return observer.Name{Kind: engine.KindContainer, Name: name + ".default"}
}

func TestEvents(t *testing.T) {
	t.Run("an_event_has_the_object_read_and_its_key_told", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			id := r.ours("web")
			r.wantStatus(id, engine.StatusRunning)
			r.take()
			r.Kill(id, 1)
			r.wantStatus(id, engine.StatusExited)
			if keys, _, _ := r.take(); !keys[webKey("web")] {
				t.Errorf("told %v, want %v", keys, webKey("web"))
			}
		})
	})
	t.Run("a_removed_object_leaves_and_its_key_is_told", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			id := r.ours("web")
			r.take()
			r.UserRemove(id)
			r.wantStatus(id, "absent")
			if keys, _, _ := r.take(); !keys[webKey("web")] {
				t.Errorf("told %v, want %v", keys, webKey("web"))
			}
		})
	})
	t.Run("a_foreign_newcomer_is_told_by_its_name", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			r.run("web", nil)
			keys, names, _ := r.take()
			if !names[containerName("web")] || len(keys) > 0 {
				t.Errorf("told %v and %v, want the name of the newcomer alone", keys, names)
			}
		})
	})
	t.Run("who_uses_a_network_is_told_to_the_network", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			network := spec.Object{Kind: spec.KindNetwork, Metadata: spec.Metadata{Name: "front", Namespace: "default"}, Network: &spec.Network{}}
			if _, err := r.UserNetwork(engine.NetworkConfig{Name: "front.default", Labels: owner.Stamp(instance, "n", network)}); err != nil {
				t.Fatal(err)
			}
			id := r.run("stranger", nil)
			r.take()
			r.UserConnect(id, "front.default")
			if keys, _, _ := r.take(); !keys[network.Key()] {
				t.Errorf("told %v, want %v", keys, network.Key())
			}
			r.UserRemove(id)
			if keys, _, _ := r.take(); !keys[network.Key()] {
				t.Errorf("after the removal told %v, want %v", keys, network.Key())
			}
		})
	})
	t.Run("images_come_and_go", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			r.AddImage("new:1", memory.ImageBehaviour{})
			_, names, _ := r.take()
			if snap, _ := r.cache.Snapshot(); snap.Images["new:1"] == "" || !names[observer.Name{Kind: engine.KindImage, Name: "new:1"}] {
				t.Errorf("images %v, told %v", snap.Images, names)
			}
			r.RemoveImage("new:1")
			synctest.Wait()
			if snap, _ := r.cache.Snapshot(); snap.Images["new:1"] != "" || snap.Images["app:1"] == "" {
				t.Errorf("images after the removal: %v", snap.Images)
			}
		})
	})
	t.Run("a_burst_is_read_once_and_never_blocks_the_reader", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			id := r.ours("web")
			synctest.Wait()
			r.slow.Store(int64(time.Second))
			before := r.gets.Load()
			for range 500 {
				r.Pause(id)
				r.Unpause(id)
			}
			synctest.Wait() // all events are handled by now, although the read has not ended
			r.Kill(id, 1)
			r.pass(10 * time.Second)
			r.wantStatus(id, engine.StatusExited)
			if got := r.gets.Load() - before; got > 3 {
				t.Errorf("%d reads for one burst", got)
			}
		})
	})
	t.Run("a_stuck_read_holds_up_only_its_object", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			stuck, other := r.ours("stuck"), r.ours("other")
			synctest.Wait()
			r.SetFail(func(op memory.Op) memory.Fault { return memory.Fault{Hang: op.ID == stuck} })
			r.Kill(stuck, 1)
			r.Kill(other, 1)
			r.wantStatus(other, engine.StatusExited)
			r.wantStatus(stuck, engine.StatusRunning)
			r.SetFail(nil)
			r.pass(time.Minute)
			r.wantStatus(stuck, engine.StatusExited)
		})
	})
}

func TestResync(t *testing.T) {
	t.Run("lost_events_are_repaired", func(t *testing.T) {
		observed(t, observer.Options{Resync: time.Minute}, func(t *testing.T, r *rig) {
			id := r.ours("web")
			r.wantStatus(id, engine.StatusRunning)
			r.deaf.Store(true)
			r.Kill(id, 1)
			newcomer := r.ours("new")
			r.wantStatus(id, engine.StatusRunning)
			r.take()
			r.pass(time.Minute)
			r.wantStatus(id, engine.StatusExited)
			r.wantStatus(newcomer, engine.StatusRunning)
			if keys, _, alls := r.take(); !keys[webKey("web")] || !keys[webKey("new")] || alls != 1 {
				t.Errorf("told %v and all %d times", keys, alls)
			}
		})
	})
	t.Run("a_clock_set_back_has_everything_listed", func(t *testing.T) {
		observed(t, observer.Options{Resync: time.Hour}, func(t *testing.T, r *rig) {
			r.ours("web")
			synctest.Wait()
			before := r.lists.Load()
			observer.Observe(r.cache, engine.Event{ID: engine.ID{Kind: engine.KindVolume, Value: "v"}, Time: time.Now().Add(-time.Hour)})
			synctest.Wait()
			if r.lists.Load() != before+1 {
				t.Errorf("%d lists after the clock was set back, want 1", r.lists.Load()-before)
			}
		})
	})
}

func TestConnection(t *testing.T) {
	t.Run("a_cut_stream_is_set_up_again_and_everything_listed", func(t *testing.T) {
		observed(t, observer.Options{Resync: time.Hour}, func(t *testing.T, r *rig) {
			id := r.ours("web")
			r.wantStatus(id, engine.StatusRunning)
			r.deaf.Store(true)
			r.Kill(id, 1)
			r.Break()
			synctest.Wait()
			if s := r.cache.State(); s.WatchHealthy || !s.Connected {
				t.Errorf("state right after the cut: %+v", s)
			}
			r.pass(time.Second)
			r.wantStatus(id, engine.StatusExited)
			if s := r.cache.State(); !s.WatchHealthy || s.Reconnects != 1 {
				t.Errorf("state after the reconnection: %+v", s)
			}
			r.deaf.Store(false)
			r.UserStart(id)
			r.wantStatus(id, engine.StatusRunning)
		})
	})
	for name, tc := range map[string]struct {
		fault memory.Fault
		want  condition.Reason
	}{
		"an_engine_that_is_gone_is_unreachable": {
			memory.Fault{Err: engine.Errorf("dial", engine.Unreachable, "no such file")}, condition.ReasonEngineUnreachable},
		"an_engine_that_hangs_is_unresponsive": {
			memory.Fault{Hang: true}, condition.ReasonEngineUnresponsive},
	} {
		t.Run(name, func(t *testing.T) {
			observed(t, observer.Options{}, func(t *testing.T, r *rig) {
				id := r.ours("web")
				r.wantStatus(id, engine.StatusRunning)
				r.SetFail(func(memory.Op) memory.Fault { return tc.fault })
				r.Break()
				r.pass(5 * time.Minute)
				synctest.Wait()
				s := r.cache.State()
				if s.Connected || s.Reason != tc.want || s.Err == nil || !s.Synced {
					t.Errorf("state while it is away: %+v", s)
				}
				r.wantStatus(id, engine.StatusRunning) // nothing is forgotten
				attempts := r.watches.Load()
				r.pass(time.Minute)
				if more := r.watches.Load() - attempts; more > 20 {
					t.Errorf("%d attempts in a minute", more)
				}
				r.SetFail(nil)
				r.pass(time.Minute)
				if s := r.cache.State(); !s.Connected || s.Reason != "" || !s.WatchHealthy {
					t.Errorf("state after its return: %+v", s)
				}
			})
		})
	}
	t.Run("a_call_that_finds_the_engine_gone_has_it_probed_at_once", func(t *testing.T) {
		observed(t, observer.Options{Resync: time.Hour}, func(t *testing.T, r *rig) {
			r.SetFail(func(memory.Op) memory.Fault {
				return memory.Fault{Err: engine.Errorf("dial", engine.Unreachable, "refused")}
			})
			if err := r.cache.Refresh(t.Context(), webKey("web"), []string{"web.default"}); engine.CodeOf(err) != engine.Unreachable {
				t.Errorf("Refresh = %v", err)
			}
			synctest.Wait()
			if s := r.cache.State(); s.Connected {
				t.Errorf("state: %+v", s)
			}
		})
	})
}

func TestRefresh(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*rig, engine.ID) engine.ID
		want   engine.Status
	}{
		"a_state_that_changed_is_seen": {
			func(r *rig, id engine.ID) engine.ID { r.Kill(id, 1); return id }, engine.StatusExited},
		"what_is_gone_is_dropped": {
			func(r *rig, id engine.ID) engine.ID { r.UserRemove(id); return id }, "absent"},
		"a_new_incarnation_is_found_by_its_name": {
			func(r *rig, id engine.ID) engine.ID { r.UserRemove(id); return r.ours("web") }, engine.StatusRunning},
		"a_foreign_holder_of_the_name_is_found": {
			func(r *rig, id engine.ID) engine.ID { r.UserRemove(id); return r.run("web", nil) }, engine.StatusRunning},
		"one_that_was_renamed_is_found_by_its_id": {
			func(r *rig, id engine.ID) engine.ID { r.UserRename(id, "other"); r.Kill(id, 0); return id }, engine.StatusExited},
	} {
		t.Run(name, func(t *testing.T) {
			observed(t, observer.Options{Resync: time.Hour}, func(t *testing.T, r *rig) {
				id := r.ours("web")
				r.wantStatus(id, engine.StatusRunning)
				r.deaf.Store(true)
				id = tc.change(r, id)
				if err := r.cache.Refresh(t.Context(), webKey("web"), []string{"web.default"}); err != nil {
					t.Fatal(err)
				}
				r.wantStatus(id, tc.want)
			})
		})
	}
	t.Run("what_is_created_through_the_cache_is_known_at_once", func(t *testing.T) {
		observed(t, observer.Options{Resync: time.Hour}, func(t *testing.T, r *rig) {
			r.deaf.Store(true)
			id, err := r.cache.Engine().CreateContainer(t.Context(), engine.ContainerConfig{
				Name: owner.TemporaryName("web.default", "u"), Image: "app:1",
				Labels: owner.Stamp(instance, "u", webObject("web"))})
			if err != nil {
				t.Fatal(err)
			}
			r.wantStatus(id, engine.StatusCreated)
			if keys, _, _ := r.take(); !keys[webKey("web")] {
				t.Errorf("told %v, want %v", keys, webKey("web"))
			}
		})
	})
	t.Run("nothing_new_is_no_change", func(t *testing.T) {
		observed(t, observer.Options{Resync: time.Hour}, func(t *testing.T, r *rig) {
			r.ours("web")
			synctest.Wait()
			snap, version := r.cache.Snapshot()
			if err := r.cache.RefreshAll(t.Context()); err != nil {
				t.Fatal(err)
			}
			again, after := r.cache.Snapshot()
			if after != version || !cmp.Equal(snap, again) {
				t.Errorf("version %d became %d", version, after)
			}
		})
	})
	t.Run("a_snapshot_does_not_change_after_it_was_handed_out", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			id := r.ours("web")
			synctest.Wait()
			snap, _ := r.cache.Snapshot()
			r.Kill(id, 1)
			r.wantStatus(id, engine.StatusExited)
			if got := snap.Objects[id].Container.Status; got != engine.StatusRunning {
				t.Errorf("status in the old snapshot = %s", got)
			}
		})
	})
}
