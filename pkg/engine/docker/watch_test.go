// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// serveEvents serves the messages as events and then breaks the stream. The
// channel receives the since parameter of each request.
func serveEvents(f *fake, messages ...object) <-chan string {
	f.answer("GET /info", reply{http.StatusOK, object{"SystemTime": "2026-01-01T00:00:00.000000007Z"}})
	since := make(chan string, 1)
	f.mux.HandleFunc("GET /events", func(w http.ResponseWriter, r *http.Request) {
		since <- r.URL.Query().Get("since")
		for _, m := range messages {
			_ = json.NewEncoder(w).Encode(m)
		}
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	return since
}

func TestWatch(t *testing.T) {
	clock := time.Date(2026, 1, 1, 0, 0, 0, 7, time.UTC)
	t.Run("begins at the engine's own time", func(t *testing.T) {
		f, e := newFake(t, Options{})
		since := serveEvents(f)
		ready := 0
		err := e.Watch(t.Context(), time.Time{}, func() { ready++ }, func(engine.Event) {})
		wantCode(t, err, engine.Unreachable)
		if got := <-since; got != "1767225600.000000007" || ready != 1 {
			t.Fatalf("since %s, ready %d times", got, ready)
		}
	})
	t.Run("begins at since", func(t *testing.T) {
		f, e := newFake(t, Options{})
		since := serveEvents(f)
		_ = e.Watch(t.Context(), clock.Add(-time.Minute), func() {}, func(engine.Event) {})
		if got := <-since; got != "1767225540.000000007" {
			t.Fatalf("since %s", got)
		}
	})
	t.Run("ignores a since after the engine's own time", func(t *testing.T) {
		f, e := newFake(t, Options{})
		since := serveEvents(f)
		_ = e.Watch(t.Context(), clock.Add(time.Hour), func() {}, func(engine.Event) {})
		if got := <-since; got != "1767225600.000000007" {
			t.Fatalf("since %s", got)
		}
	})
	t.Run("events before the break are reported", func(t *testing.T) {
		f, e := newFake(t, Options{})
		labels := map[string]string{"name": "web"}
		serveEvents(f,
			object{"Type": "container", "Action": "die", "Actor": object{"ID": "x", "Attributes": labels}, "timeNano": clock.UnixNano()},
			object{"Type": "container", "Action": "exec_start: /demoapp health", "Actor": object{"ID": "x"}},
			object{"Type": "network", "Action": "disconnect", "Actor": object{"ID": "n", "Attributes": object{"container": "x"}}, "timeNano": clock.UnixNano()},
			object{"Type": "volume", "Action": "destroy", "Actor": object{"ID": "v"}, "timeNano": clock.UnixNano()},
		)
		var got []engine.Event
		err := e.Watch(t.Context(), time.Time{}, func() {}, func(ev engine.Event) { got = append(got, ev) })
		wantCode(t, err, engine.Unreachable)
		want := []engine.Event{
			{ID: containerID("x"), Action: "die", Time: clock, Labels: labels},
			{ID: engine.ID{Kind: engine.KindNetwork, Value: "n"}, Action: "disconnect", Time: clock},
			{ID: containerID("x"), Action: "disconnect", Time: clock},
			{ID: engine.ID{Kind: engine.KindVolume, Value: "v"}, Action: "destroy", Time: clock},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
	t.Run("an engine that does not respond is a Timeout", func(t *testing.T) {
		f, e := newFake(t, Options{Timeout: soon})
		f.answer("GET /info", reply{http.StatusOK, object{"SystemTime": "2026-01-01T00:00:00Z"}})
		f.mux.HandleFunc("GET /events", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		err := e.Watch(t.Context(), time.Time{}, func() { t.Error("ready was called") }, func(engine.Event) {})
		wantCode(t, err, engine.Timeout)
	})
	t.Run("a quiet stream outlives the timeout until it is cancelled", func(t *testing.T) {
		f, e := newFake(t, Options{Timeout: soon})
		f.answer("GET /info", reply{http.StatusOK, object{"SystemTime": "2026-01-01T00:00:00Z"}})
		f.mux.HandleFunc("GET /events", func(w http.ResponseWriter, r *http.Request) {
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(2*soon, cancel)
		err := e.Watch(ctx, time.Time{}, func() {}, func(engine.Event) {})
		wantCode(t, err, engine.Canceled)
	})
}
