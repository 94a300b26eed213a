// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/editor"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// partlyRead is a directory of manifests. The controller reads all manifests at
// once, but never the one of the container slow.
type partlyRead struct{ store *status.Store }

func (p partlyRead) Edit(c editor.Change, _ bool) (spec.Object, error) {
	o := spec.Object{
		Kind: c.Key.Kind, Metadata: spec.Metadata{Name: c.Key.Name, Namespace: c.Key.Namespace},
		Container: &spec.Container{Image: "changed"},
	}
	if c.Key.Name != "slow" {
		publish(p.store, status.Report{Key: c.Key, Object: o})
	}
	return o, nil
}

// writers makes writes in the background and records the virtual time that each
// took.
type writers struct {
	f       *fixture
	running sync.WaitGroup
	mu      sync.Mutex
	took    map[string]time.Duration
}

// start starts a patch of a container and waits until it is done or blocked.
func (w *writers) start(ctx context.Context, id, name string) {
	r := httptest.NewRequestWithContext(ctx, http.MethodPatch, containers+"/"+name, strings.NewReader(`{"spec":{"image":"changed"}}`))
	r.Header.Set("Content-Type", mergeType)
	begin := time.Now()
	w.running.Go(func() {
		w.f.handler.ServeHTTP(httptest.NewRecorder(), r)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.took[id] = time.Since(begin)
	})
	synctest.Wait()
}

// newWriters returns writers to the containers slow and web.
func newWriters(t *testing.T) *writers {
	t.Helper()
	f := newFixture(t, func(o *apiserver.Options) {
		o.Store = status.NewStore(status.Options{})
		o.Manifests = partlyRead{o.Store}
	})
	publish(f, container("slow", "Running", true))
	publish(f, container("web", "Running", true))
	return &writers{f: f, took: map[string]time.Duration{}}
}

func TestWritesWaitForTheirObjectOnly(t *testing.T) {
	t.Run("a write to another object does not wait", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWriters(t)
			w.start(t.Context(), "first", "slow")
			w.start(t.Context(), "second", "web")
			w.running.Wait()
			if w.took["first"] != 5*time.Second || w.took["second"] != 0 {
				t.Errorf("%v", w.took)
			}
		})
	})
	t.Run("a write to the same object waits for the one before", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWriters(t)
			w.start(t.Context(), "first", "slow")
			w.start(t.Context(), "second", "slow")
			w.running.Wait()
			if w.took["first"] != 5*time.Second || w.took["second"] != 10*time.Second {
				t.Errorf("%v", w.took)
			}
		})
	})
	t.Run("a client that is gone does not wait", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWriters(t)
			w.start(t.Context(), "first", "slow")
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			w.start(ctx, "second", "slow")
			w.start(t.Context(), "third", "slow")
			w.running.Wait()
			if w.took["second"] != time.Second || w.took["third"] != 10*time.Second {
				t.Errorf("%v", w.took)
			}
		})
	})
}

// TestGetReadsOneObject compares the cost of a get among few and among many
// objects.
func TestGetReadsOneObject(t *testing.T) {
	cost := func(objects int) float64 {
		f := newFixture(t)
		for i := range objects {
			publish(f, container("web"+strings.Repeat("x", i), "Running", true))
			f.Record(event("web", strings.Repeat("x", i)))
		}
		events, _ := f.Events()
		return testing.AllocsPerRun(5, func() {
			for _, path := range []string{containers + "/web", "/api/v1/namespaces/default/pods/web", "/api/v1/namespaces/default/events/" + events[0].Name} {
				if w := f.get(path); w.Code != http.StatusOK {
					t.Fatalf("%s: %d %s", path, w.Code, w.Body)
				}
			}
		})
	}
	if few, many := cost(2), cost(40); many > 1.2*few {
		t.Errorf("%v allocations among 2 objects, %v among 40", few, many)
	}
}
