// SPDX-License-Identifier: Apache-2.0

package observer_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestEvents(t *testing.T) {
	t.Run("after_an_event_the_object_is_read_and_its_key_reported", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			id := r.ours("web")
			r.wantStatus(id, engine.StatusRunning)
			r.take()
			r.Kill(id, 1)
			r.wantStatus(id, engine.StatusExited)
			if keys, _, _ := r.take(); !keys[webKey("web")] {
				t.Errorf("changed %v, want %v", keys, webKey("web"))
			}
		})
	})
	t.Run("a_removed_object_is_dropped_and_its_key_reported", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			id := r.ours("web")
			r.take()
			r.UserRemove(id)
			r.wantStatus(id, "absent")
			if keys, _, _ := r.take(); !keys[webKey("web")] {
				t.Errorf("changed %v, want %v", keys, webKey("web"))
			}
		})
	})
	t.Run("an_object_is_stale_between_its_event_and_its_read", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			id := r.ours("web")
			if r.pass(0); r.cache.Stale(webKey("web")) {
				t.Error("an object that was read is stale")
			}
			r.slow.Store(int64(time.Second))
			r.Kill(id, 1)
			if r.pass(time.Second / 2); !r.cache.Stale(webKey("web")) || r.cache.Stale(webKey("other")) {
				t.Error("the container that died is not stale, or every key is")
			}
			r.slow.Store(0)
			if r.pass(time.Second); r.cache.Stale(webKey("web")) {
				t.Error("an object that was read again is still stale")
			}
		})
	})
	t.Run("a_new_foreign_object_is_reported_by_its_name", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			r.run("web", nil)
			keys, names, _ := r.take()
			if !names[containerName("web")] || len(keys) > 0 {
				t.Errorf("changed %v and %v, want only the name of the new object", keys, names)
			}
		})
	})
	t.Run("a_network_is_reported_when_its_users_change", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			network := spec.Object{Kind: spec.KindNetwork, Metadata: spec.Metadata{Name: "front", Namespace: "default"}, Network: &spec.Network{}}
			if _, err := r.UserNetwork(engine.NetworkConfig{Name: "front.default", Labels: owner.Stamp(instance, "n", network)}); err != nil {
				t.Fatal(err)
			}
			id := r.run("stranger", nil)
			r.take()
			r.UserConnect(id, "front.default")
			if keys, _, _ := r.take(); !keys[network.Key()] {
				t.Errorf("changed %v, want %v", keys, network.Key())
			}
			r.UserStop(id)
			r.take()
			r.UserRemove(id)
			if keys, _, _ := r.take(); !keys[network.Key()] {
				t.Errorf("after the removal changed %v, want %v", keys, network.Key())
			}
		})
	})
	t.Run("images_are_added_and_removed", func(t *testing.T) {
		observed(t, observer.Options{}, func(t *testing.T, r *rig) {
			r.AddImage("new:1", memory.ImageBehaviour{})
			_, names, _ := r.take()
			if snap, _ := r.cache.Snapshot(); snap.Images["new:1"] == "" || !names[observer.Name{Kind: engine.KindImage, Name: "new:1"}] {
				t.Errorf("images %v, changed %v", snap.Images, names)
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
			synctest.Wait() // all events are processed although the read has not ended
			r.Kill(id, 1)
			r.pass(10 * time.Second)
			r.wantStatus(id, engine.StatusExited)
			if got := r.gets.Load() - before; got > 3 {
				t.Errorf("%d reads for one burst", got)
			}
		})
	})
	t.Run("a_stuck_read_delays_only_its_object", func(t *testing.T) {
		observed(t, observer.Options{Resync: time.Hour}, func(t *testing.T, r *rig) {
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
