// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// operations are the engine calls that are timed. Streams are not: they last for
// as long as somebody wants them.
var operations = []string{
	"list", "get", "find", "image", "logs", "info", "pull", "create_container", "start", "stop", "rename", "connect",
	"disconnect", "create_network", "create_volume", "remove", "copy_to", "update", "stats", "top",
}

// answers are codes by which the engine says that something is not there: it was
// asked, and that is no failure.
var answers = map[string][]engine.Code{
	"get": {engine.NotFound}, "find": {engine.NotFound}, "image": {engine.ImageNotFound, engine.NotFound},
	"stats": {engine.NotRunning, engine.NotFound},
}

func (m *Metrics) makeEngine() {
	m.calls = histogram("engine_call_duration_seconds", "How long calls of the engine took, by operation.",
		prometheus.ExponentialBuckets(0.001, 4, 9), "operation")
	m.callErrors = counter("engine_call_errors_total", "Calls of the engine that failed, by operation and code.", "operation", "code")
	m.events = counter("engine_events_total", "Events that the engine told of, by kind of object.", "kind")
	m.eventLag = histogram("engine_event_lag_seconds",
		"How old the engine's events were when they came, by both clocks.", prometheus.ExponentialBuckets(0.001, 4, 9))
	for _, op := range operations {
		m.calls.WithLabelValues(op)
		m.callErrors.WithLabelValues(op, string(engine.Unknown))
	}
	for _, kind := range []engine.Kind{engine.KindContainer, engine.KindNetwork, engine.KindVolume, engine.KindImage} {
		m.events.WithLabelValues(string(kind))
	}
	m.eventLag.WithLabelValues()
}

// Watched is e, save that its calls and events are counted.
func (m *Metrics) Watched(e engine.Engine) engine.Engine { return watched{e, m} }

type watched struct {
	engine.Engine
	metrics *Metrics
}

// took counts one call that began then and ended as err says.
func (w watched) took(op string, began time.Time, err error) {
	w.metrics.calls.WithLabelValues(op).Observe(time.Since(began).Seconds())
	code := engine.CodeOf(err)
	if err != nil && !slices.Contains(answers[op], code) {
		w.metrics.callErrors.WithLabelValues(op, string(code)).Inc()
	}
}

// do counts a call that gives nothing but an error.
func (w watched) do(op string, call func() error) error {
	began := time.Now()
	err := call()
	w.took(op, began, err)
	return err
}

// get counts a call that gives something.
func get[T any](w watched, op string, call func() (T, error)) (T, error) {
	began := time.Now()
	v, err := call()
	w.took(op, began, err)
	return v, err
}

// Watch counts the events.
func (w watched) Watch(ctx context.Context, since time.Time, ready func(), handle func(engine.Event)) error {
	return w.Engine.Watch(ctx, since, ready, func(ev engine.Event) {
		w.metrics.events.WithLabelValues(string(ev.ID.Kind)).Inc()
		if !ev.Time.IsZero() {
			w.metrics.eventLag.WithLabelValues().Observe(max(time.Since(ev.Time).Seconds(), 0))
		}
		handle(ev)
	})
}

func (w watched) List(ctx context.Context) (engine.Snapshot, error) {
	return get(w, "list", func() (engine.Snapshot, error) { return w.Engine.List(ctx) })
}

func (w watched) Get(ctx context.Context, id engine.ID) (engine.Object, error) {
	return get(w, "get", func() (engine.Object, error) { return w.Engine.Get(ctx, id) })
}

func (w watched) Find(ctx context.Context, kind engine.Kind, name string) (engine.Object, error) {
	return get(w, "find", func() (engine.Object, error) { return w.Engine.Find(ctx, kind, name) })
}

func (w watched) Image(ctx context.Context, ref string) (engine.Image, error) {
	return get(w, "image", func() (engine.Image, error) { return w.Engine.Image(ctx, ref) })
}

func (w watched) Logs(ctx context.Context, id engine.ID, lines int) ([]string, error) {
	return get(w, "logs", func() ([]string, error) { return w.Engine.Logs(ctx, id, lines) })
}

func (w watched) Info(ctx context.Context) (engine.Info, error) {
	return get(w, "info", func() (engine.Info, error) { return w.Engine.Info(ctx) })
}

func (w watched) Stats(ctx context.Context, id engine.ID) (engine.Stats, error) {
	return get(w, "stats", func() (engine.Stats, error) { return w.Engine.Stats(ctx, id) })
}

func (w watched) Top(ctx context.Context, id engine.ID) (engine.Processes, error) {
	return get(w, "top", func() (engine.Processes, error) { return w.Engine.Top(ctx, id) })
}
