// SPDX-License-Identifier: Apache-2.0

package observer_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const instance = "test"

// rig is a cache over an engine whose events and calls the test can manipulate. It
// runs in a synctest bubble, so time is virtual.
type rig struct {
	*memory.Engine
	t     *testing.T
	cache *observer.Cache
	// deaf drops events, slow is the duration of every Get.
	deaf atomic.Bool
	slow atomic.Int64
	// gets and lists count calls.
	gets, lists, watches atomic.Int64

	mu     sync.Mutex
	keys   map[spec.Key]bool
	names  map[observer.Name]bool
	alls   int
	states []observer.State
	// delay, when set, is how long the next StateChanged takes.
	delay atomic.Int64
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
	time.Sleep(time.Duration(r.delay.Swap(0))) // virtual: this runs in a bubble
	r.mu.Lock()
	defer r.mu.Unlock()
	r.states = append(r.states, s)
}

// pass advances virtual time and waits until nothing happens any more.
func (r *rig) pass(d time.Duration) {
	time.Sleep(d) // virtual: this runs in a bubble
	synctest.Wait()
}

// take returns the changes since the last call.
func (r *rig) take() (keys map[spec.Key]bool, names map[observer.Name]bool, alls int) {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	keys, names, alls = r.keys, r.names, r.alls
	r.keys, r.names, r.alls = map[spec.Key]bool{}, map[observer.Name]bool{}, 0
	return keys, names, alls
}

// observed runs a test with a synced cache of an engine that has the image app:1.
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

// ours creates and starts a container of ours.
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
