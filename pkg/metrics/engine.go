// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// operations lists the engine calls that are timed. Streams are left out because
// their duration depends on the client.
var operations = []string{
	"list", "get", "find", "image", "logs", "info", "pull", "create_container", "start", "stop", "rename", "connect",
	"disconnect", "create_network", "create_volume", "remove", "copy_to", "update", "stats", "top",
}

// expectedCodes lists, by operation, the error codes that are regular results, for
// example that an object does not exist. They are not counted as errors.
var expectedCodes = map[string][]engine.Code{
	"get": {engine.NotFound}, "find": {engine.NotFound}, "image": {engine.ImageNotFound, engine.NotFound},
	"stats": {engine.NotRunning, engine.NotFound},
}

func (m *Metrics) createEngine() {
	m.calls = histogram("engine_call_duration_seconds", "Duration of engine calls, by operation.",
		prometheus.ExponentialBuckets(0.001, 4, 9), "operation")
	m.callErrors = counter("engine_call_errors_total", "Failed engine calls, by operation and error code.", "operation", "code")
	m.events = counter("engine_events_total", "Events received from the engine, by kind of object.", "kind")
	m.eventLag = histogram("engine_event_lag_seconds",
		"Age of engine events on arrival, by the clocks of both machines.", prometheus.ExponentialBuckets(0.001, 4, 9))
	for _, op := range operations {
		m.calls.WithLabelValues(op)
		m.callErrors.WithLabelValues(op, string(engine.Unknown))
	}
	for _, kind := range []engine.Kind{engine.KindContainer, engine.KindNetwork, engine.KindVolume, engine.KindImage} {
		m.events.WithLabelValues(string(kind))
	}
	m.eventLag.WithLabelValues()
}

// Instrument returns an engine that counts the calls and events of e.
func (m *Metrics) Instrument(e engine.Engine) engine.Engine { return instrumented{e, m} }

// instrumented is an engine whose calls and events are counted.
type instrumented struct {
	engine.Engine
	metrics *Metrics
}

// observe counts a call that started at began and returned err.
func (w instrumented) observe(op string, began time.Time, err error) {
	w.metrics.calls.WithLabelValues(op).Observe(time.Since(began).Seconds())
	code := engine.CodeOf(err)
	if err != nil && !slices.Contains(expectedCodes[op], code) {
		w.metrics.callErrors.WithLabelValues(op, string(code)).Inc()
	}
}

// timeCall makes a call and counts it.
func (w instrumented) timeCall(op string, call func() error) error {
	began := time.Now()
	err := call()
	w.observe(op, began, err)
	return err
}

// timeResult makes a call that returns a result, and counts it.
func timeResult[T any](w instrumented, op string, call func() (T, error)) (T, error) {
	began := time.Now()
	v, err := call()
	w.observe(op, began, err)
	return v, err
}

// Watch counts the events and their age.
func (w instrumented) Watch(ctx context.Context, since time.Time, ready func(), handle func(engine.Event)) error {
	return w.Engine.Watch(ctx, since, ready, func(ev engine.Event) {
		w.metrics.events.WithLabelValues(string(ev.ID.Kind)).Inc()
		if !ev.Time.IsZero() {
			w.metrics.eventLag.WithLabelValues().Observe(max(time.Since(ev.Time).Seconds(), 0))
		}
		handle(ev)
	})
}

func (w instrumented) List(ctx context.Context) (engine.Snapshot, error) {
	return timeResult(w, "list", func() (engine.Snapshot, error) { return w.Engine.List(ctx) })
}

func (w instrumented) Get(ctx context.Context, id engine.ID) (engine.Object, error) {
	return timeResult(w, "get", func() (engine.Object, error) { return w.Engine.Get(ctx, id) })
}

func (w instrumented) Find(ctx context.Context, kind engine.Kind, name string) (engine.Object, error) {
	return timeResult(w, "find", func() (engine.Object, error) { return w.Engine.Find(ctx, kind, name) })
}

func (w instrumented) Image(ctx context.Context, ref string) (engine.Image, error) {
	return timeResult(w, "image", func() (engine.Image, error) { return w.Engine.Image(ctx, ref) })
}

func (w instrumented) Logs(ctx context.Context, id engine.ID, lines int) ([]string, error) {
	return timeResult(w, "logs", func() ([]string, error) { return w.Engine.Logs(ctx, id, lines) })
}

func (w instrumented) Info(ctx context.Context) (engine.Info, error) {
	return timeResult(w, "info", func() (engine.Info, error) { return w.Engine.Info(ctx) })
}

func (w instrumented) Stats(ctx context.Context, id engine.ID) (engine.Stats, error) {
	return timeResult(w, "stats", func() (engine.Stats, error) { return w.Engine.Stats(ctx, id) })
}

func (w instrumented) Top(ctx context.Context, id engine.ID) (engine.Processes, error) {
	return timeResult(w, "top", func() (engine.Processes, error) { return w.Engine.Top(ctx, id) })
}
