// SPDX-License-Identifier: Apache-2.0

package observer_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/observer"
)

// failList makes the list of a kind fail.
func (r *rig) failList(kind engine.Kind) {
	r.SetFail(func(op memory.Op) memory.Fault {
		if op.Name == "List" && op.Arg == string(kind) {
			return memory.Fault{Err: engine.Errorf("list", engine.DiskFull, "no space left")}
		}
		return memory.Fault{}
	})
}

func TestUnread(t *testing.T) {
	volume := engine.ID{Kind: engine.KindVolume, Value: "data"}
	t.Run("a_failing_list_keeps_the_last_objects_of_its_kind", func(t *testing.T) {
		observed(t, observer.Options{Resync: time.Minute}, func(t *testing.T, r *rig) {
			if _, err := r.CreateVolume(t.Context(), engine.VolumeConfig{Name: "data"}); err != nil {
				t.Fatal(err)
			}
			id := r.ours("web")
			r.pass(time.Minute)
			r.failList(engine.KindVolume)
			r.pass(time.Minute)
			r.take()
			r.deaf.Store(true)
			r.Kill(id, 1)
			r.pass(time.Minute)
			r.wantStatus(id, engine.StatusExited)
			snap, _ := r.cache.Snapshot()
			if _, kept := snap.Objects[volume]; !kept || engine.CodeOf(snap.Unread[engine.KindVolume]) != engine.DiskFull {
				t.Errorf("kept %v, unread %v", kept, snap.Unread)
			}
			if s := r.cache.State(); !s.Connected || s.Reconnects > 0 {
				t.Errorf("the engine counts as lost: %+v", s)
			}
			r.SetFail(nil)
			r.pass(time.Minute)
			if snap, _ := r.cache.Snapshot(); len(snap.Unread) > 0 {
				t.Errorf("unread %v after a list that succeeded", snap.Unread)
			}
		})
	})
	t.Run("single_reads_still_count", func(t *testing.T) {
		observed(t, observer.Options{Resync: time.Minute}, func(t *testing.T, r *rig) {
			if _, err := r.CreateVolume(t.Context(), engine.VolumeConfig{Name: "data"}); err != nil {
				t.Fatal(err)
			}
			r.failList(engine.KindVolume)
			r.pass(2 * time.Minute)
			if err := r.Remove(t.Context(), volume); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if snap, _ := r.cache.Snapshot(); !snap.Objects[volume].ID.IsZero() {
				t.Error("the removed volume is still there")
			}
		})
	})
	t.Run("every_key_is_requeued_when_a_list_begins_or_ceases_to_fail", func(t *testing.T) {
		observed(t, observer.Options{Resync: time.Hour}, func(t *testing.T, r *rig) {
			for _, fails := range []func(){func() { r.failList(engine.KindVolume) }, func() { r.SetFail(nil) }} {
				r.take()
				fails()
				for range 2 {
					if err := r.cache.RefreshAll(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if _, _, alls := r.take(); alls != 1 {
					t.Errorf("all keys were requeued %d times, want once", alls)
				}
			}
		})
	})
	t.Run("a_list_that_failed_is_repeated_before_the_next_resync", func(t *testing.T) {
		observed(t, observer.Options{Resync: time.Hour}, func(t *testing.T, r *rig) {
			r.failList(engine.KindVolume)
			if err := r.cache.Resync(t.Context()); err != nil {
				t.Fatal(err)
			}
			r.Break() // a new session lists, and finds the kind unread
			r.pass(time.Minute)
			r.SetFail(nil)
			r.pass(2 * time.Minute)
			if snap, _ := r.cache.Snapshot(); len(snap.Unread) > 0 {
				t.Errorf("still unread: %v", snap.Unread)
			}
			before := r.lists.Load()
			r.pass(30 * time.Minute)
			if again := r.lists.Load() - before; again > 0 {
				t.Errorf("%d lists after everything was read", again)
			}
		})
	})
	t.Run("the_reason_of_a_lost_engine_follows_from_the_error", func(t *testing.T) {
		observed(t, observer.Options{Resync: time.Minute}, func(t *testing.T, r *rig) {
			r.failList(engine.KindContainer)
			r.pass(time.Minute)
			if s := r.cache.State(); s.Connected || s.Reason != condition.ReasonEngineError {
				t.Errorf("state: %+v", s)
			}
		})
	})
}
