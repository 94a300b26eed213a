// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/serve"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// worldFile is the state of a world in a script. Ages are durations before the
// start of the script.
type worldFile struct {
	Controller v1alpha1.Controller
	Objects    []worldObject
	Events     []struct {
		Object, Reason, Message string
		Type                    status.EventType
		Age                     spec.Duration
		Count                   int
	}
	Logs map[string][]string
}

type worldObject struct {
	Kind            spec.Kind
	Namespace, Name string
	Age             spec.Duration
	Labels          map[string]string
	Generation      int64
	Spec            json.RawMessage
	Status          v1alpha1.Status
}

// world serves the API of a controller without an engine.
type world struct {
	socket string
	store  *status.Store
	// start is the reference of ages, so that the same file has the same times.
	start time.Time

	mu         sync.Mutex
	controller v1alpha1.Controller
	logs       map[string][]string
	started    bool
	watches    int
	watched    chan struct{} // closed and replaced when a watch begins
	changed    chan struct{} // closed and replaced when the state changes
}

type worldKey struct{}

func worldOf(ts *testscript.TestScript) *world { return ts.Value(worldKey{}).(*world) }

func newWorld(socket string) *world {
	return &world{socket: socket, start: time.Now(), store: status.NewStore(status.Options{}), watched: make(chan struct{}), changed: make(chan struct{})}
}

// command is the command `world FILE`: it sets the state from a file and serves the
// world from the first call on.
func (w *world) command(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: world FILE")
	}
	ts.Check(w.become([]byte(ts.ReadFile(args[0]))))
	if w.started {
		return
	}
	w.started = true
	stop, err := w.serve()
	ts.Check(err)
	ts.Defer(func() { ts.Check(stop()) })
}

// serve serves the world until stop is called.
func (w *world) serve() (stop func() error, err error) {
	ctx, cancel := context.WithCancel(context.Background())
	listener, err := serve.Listen(ctx, w.socket)
	if err != nil {
		cancel()
		return nil, err
	}
	done := make(chan error, 1)
	go func() { done <- serve.HTTP(ctx, listener, w.handler(), slog.New(slog.DiscardHandler)) }()
	return func() error { cancel(); return <-done }, nil
}

func (w *world) handler() http.Handler {
	handler := apiserver.New(apiserver.Options{Store: w.store, Logs: w, Exec: w, Version: "v0.1.0", Controller: func() v1alpha1.Controller {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.controller
	}})
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("watch") != "" {
			w.mu.Lock()
			w.watches++
			close(w.watched)
			w.watched = make(chan struct{})
			w.mu.Unlock()
		}
		handler.ServeHTTP(rw, r)
	})
}

// waitWatched is the command `watched`: it waits until a client watches the current
// state.
func (w *world) waitWatched(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: watched")
	}
	if !w.untilWatched(time.After(time.Minute)) {
		ts.Fatalf("there is no watch")
	}
}

func (w *world) untilWatched(timeout <-chan time.Time) bool {
	for {
		w.mu.Lock()
		watches, changed := w.watches, w.watched
		w.mu.Unlock()
		if watches > 0 {
			return true
		}
		select {
		case <-changed:
		case <-timeout:
			return false
		}
	}
}

// logTime returns the time of the n-th line of each log. Lines are a second apart.
func logTime(n int) time.Time {
	return time.Date(2026, 1, 2, 3, 4, n, 0, time.UTC)
}

// Logs writes the log in the file. A followed log ends when the phase is no longer
// Running.
func (w *world) Logs(ctx context.Context, k spec.Key, opts v1alpha1.LogOptions, out io.Writer) error {
	all, found, changed := w.logsOf(k)
	if !found {
		return engine.Errorf("logs of "+k.String(), engine.NotFound, "the container does not exist yet")
	}
	from := 0
	if opts.Tail >= 0 {
		from = max(0, len(all)-opts.Tail)
	}
	for {
		for ; from < len(all); from++ {
			line := all[from] + "\n"
			if opts.Timestamps {
				line = logTime(from).Format(time.RFC3339Nano) + " " + line
			}
			if logTime(from).Before(opts.Since) {
				continue
			}
			if _, err := io.WriteString(out, line); err != nil {
				return err
			}
		}
		report, _ := w.store.Get(k)
		if !opts.Follow || report.Status.Phase != "Running" {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
		all, _, changed = w.logsOf(k)
	}
}

func (w *world) logsOf(k spec.Key) (lines []string, found bool, changed chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	lines, found = w.logs[k.String()]
	return lines, found, w.changed
}

func (w *world) become(data []byte) error {
	var f worldFile
	if err := yaml.UnmarshalStrict(data, &f); err != nil {
		return fmt.Errorf("world: %w", err)
	}
	w.mu.Lock()
	w.controller, w.logs, w.watches = f.Controller, f.Logs, 0
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		close(w.changed)
		w.changed = make(chan struct{})
	}()
	stays := map[spec.Key]bool{}
	for _, o := range f.Objects {
		r, err := o.report(w.start)
		if err != nil {
			return err
		}
		stays[r.Key] = true
		publish(w.store, r)
	}
	reports, _ := w.store.List()
	for _, r := range reports {
		if !stays[r.Key] {
			w.store.Delete(r.Key)
		}
	}
	for _, e := range f.Events {
		k, err := spec.ParseKey(e.Object)
		if err != nil {
			return err
		}
		at := w.start.Add(-e.Age.Std())
		w.store.Record(status.Event{Key: k, Type: e.Type, Reason: e.Reason, Message: e.Message, Last: at, Count: e.Count})
	}
	return nil
}

func (o worldObject) report(now time.Time) (status.Report, error) {
	r := status.Report{
		Key:       spec.Key{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name},
		UID:       "uid-" + o.Name,
		FirstSeen: now.Add(-o.Age.Std()),
		Status:    o.Status,
	}
	for i := range r.Status.Conditions {
		r.Status.Conditions[i].LastTransitionTime = metav1.NewTime(r.FirstSeen)
	}
	if o.Spec == nil {
		return r, nil
	}
	r.Object = spec.Object{
		Kind: o.Kind, Generation: max(o.Generation, 1),
		Metadata: spec.Metadata{Name: o.Name, Namespace: o.Namespace, Labels: o.Labels},
	}
	var err error
	switch o.Kind {
	case spec.KindContainer:
		err = json.Unmarshal(o.Spec, &r.Object.Container)
	case spec.KindNetwork:
		err = json.Unmarshal(o.Spec, &r.Object.Network)
	case spec.KindVolume:
		err = json.Unmarshal(o.Spec, &r.Object.Volume)
	default:
		err = fmt.Errorf("%s has no spec", r.Key)
	}
	return r, err
}

// updater is a store, or a fixture that has one.
type updater interface {
	Update(k spec.Key, change func(status.Report) status.Report)
}

// publish replaces the report of its key.
func publish(s updater, r status.Report) {
	s.Update(r.Key, func(status.Report) status.Report { return r })
}
