// SPDX-License-Identifier: Apache-2.0

package observer_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/owner"
)

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
				t.Errorf("changed %v, and all %d times", keys, alls)
			}
		})
	})
	t.Run("a_clock_set_back_causes_a_list", func(t *testing.T) {
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

func TestStatesArriveInOrder(t *testing.T) {
	observed(t, observer.Options{Resync: time.Hour}, func(t *testing.T, r *rig) {
		r.delay.Store(int64(time.Second))
		fail := func(op memory.Op) memory.Fault {
			if op.Name != "List" {
				return memory.Fault{}
			}
			return memory.Fault{Err: engine.Errorf("dial", engine.Unreachable, "no such file")}
		}
		r.SetFail(fail)
		var lost sync.WaitGroup
		lost.Go(func() {
			if err := r.cache.Resync(t.Context()); err == nil {
				t.Error("a list succeeded without an engine")
			}
		})
		synctest.Wait() // the handler is being called with the first state
		r.SetFail(nil)
		if err := r.cache.RefreshAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		lost.Wait()
		r.pass(time.Minute)
		r.mu.Lock()
		defer r.mu.Unlock()
		if last := r.states[len(r.states)-1]; !last.Connected {
			t.Errorf("the last state is %+v", last)
		}
	})
}

func TestConnection(t *testing.T) {
	t.Run("a_cut_stream_is_replaced_and_everything_is_listed", func(t *testing.T) {
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
			memory.Fault{Err: engine.Errorf("dial", engine.Unreachable, "no such file")}, condition.ReasonEngineUnreachable,
		},
		"an_engine_that_hangs_is_unresponsive": {
			memory.Fault{Hang: true}, condition.ReasonEngineUnresponsive,
		},
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
					t.Errorf("state while the engine is away: %+v", s)
				}
				r.wantStatus(id, engine.StatusRunning) // the last snapshot is kept
				attempts := r.watches.Load()
				r.pass(time.Minute)
				if more := r.watches.Load() - attempts; more > 20 {
					t.Errorf("%d attempts in a minute", more)
				}
				r.SetFail(nil)
				r.pass(time.Minute)
				if s := r.cache.State(); !s.Connected || s.Reason != "" || !s.WatchHealthy {
					t.Errorf("state after the engine is back: %+v", s)
				}
			})
		})
	}
	t.Run("a_call_that_fails_because_the_engine_is_gone_causes_a_list", func(t *testing.T) {
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
		"a_changed_state_is_read": {
			func(r *rig, id engine.ID) engine.ID { r.Kill(id, 1); return id }, engine.StatusExited,
		},
		"an_object_that_is_gone_is_dropped": {
			func(r *rig, id engine.ID) engine.ID { r.UserRemove(id); return id }, "absent",
		},
		"a_new_incarnation_is_found_by_its_name": {
			func(r *rig, id engine.ID) engine.ID { r.UserRemove(id); return r.ours("web") }, engine.StatusRunning,
		},
		"a_foreign_object_with_the_name_is_found": {
			func(r *rig, id engine.ID) engine.ID { r.UserRemove(id); return r.run("web", nil) }, engine.StatusRunning,
		},
		"a_renamed_object_is_found_by_its_id": {
			func(r *rig, id engine.ID) engine.ID { r.UserRename(id, "other"); r.Kill(id, 0); return id }, engine.StatusExited,
		},
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
	t.Run("an_object_created_through_the_cache_is_in_it_at_once", func(t *testing.T) {
		observed(t, observer.Options{Resync: time.Hour}, func(t *testing.T, r *rig) {
			r.deaf.Store(true)
			id, err := r.cache.Engine().CreateContainer(t.Context(), engine.ContainerConfig{
				Name: owner.TemporaryName("web.default", "u"), Image: "app:1",
				Labels: owner.Stamp(instance, "u", webObject("web")),
			})
			if err != nil {
				t.Fatal(err)
			}
			r.wantStatus(id, engine.StatusCreated)
			if keys, _, _ := r.take(); !keys[webKey("web")] {
				t.Errorf("changed %v, want %v", keys, webKey("web"))
			}
		})
	})
	t.Run("a_read_without_news_is_no_change", func(t *testing.T) {
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
	t.Run("a_snapshot_does_not_change_after_it_was_returned", func(t *testing.T) {
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
