// SPDX-License-Identifier: Apache-2.0

package metrics_test

import (
	"context"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/metrics"
)

func TestInstrumentedEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := metrics.New(prometheus.NewRegistry(), metrics.Options{})
		inner := memory.New(memory.Options{AnyImage: true})
		e := m.Instrument(inner)
		ctx, cancel := context.WithCancel(t.Context())
		ready := make(chan struct{})
		var watching sync.WaitGroup
		defer watching.Wait()
		defer cancel()
		watching.Go(func() {
			_ = e.Watch(ctx, time.Time{}, func() { close(ready) }, func(engine.Event) {})
		})
		<-ready
		if err := e.Pull(ctx, engine.PullRequest{Reference: "app:1"}, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := e.CreateContainer(ctx, engine.ContainerConfig{Name: "a", Image: "app:1"}); err != nil {
			t.Fatal(err)
		}
		_, missing := e.Find(ctx, engine.KindContainer, "missing")
		if !engine.IsNotFound(missing) {
			t.Fatal(missing)
		}
		if err := e.Start(ctx, engine.ID{Kind: engine.KindContainer, Value: "missing"}); err == nil {
			t.Fatal("started a missing container")
		}
		synctest.Wait()
		w := httptest.NewRecorder()
		m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		for what, want := range map[string]string{
			"a call":                      `reconciler_engine_call_duration_seconds_count{operation="create_container"} 1`,
			"the error of a failed call":  `reconciler_engine_call_errors_total{code="NotFound",operation="start"} 1`,
			"a failed call":               `reconciler_engine_call_duration_seconds_count{operation="start"} 1`,
			"no error for a missing name": `reconciler_engine_call_errors_total{code="Unknown",operation="find"} 0`,
			"an event":                    `reconciler_engine_events_total{kind="container"} 1`,
		} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s is not counted: no %s in\n%s", what, want, w.Body.String())
			}
		}
		if strings.Contains(w.Body.String(), `code="NotFound",operation="find"`) {
			t.Error("a missing object counts as an error")
		}
	})
}

// TestEveryCallIsCounted calls each method of an engine, because a new method
// would be passed through without being counted.
func TestEveryCallIsCounted(t *testing.T) {
	registry := prometheus.NewRegistry()
	e := metrics.New(registry, metrics.Options{}).Instrument(memory.New(memory.Options{}))
	methods := reflect.TypeFor[engine.Engine]()
	want := map[uint64]int{1: 0}
	for i := range methods.NumMethod() {
		method := methods.Method(i)
		switch method.Name {
		case "Watch", "Exec", "StreamLogs": // streams
			continue
		}
		args := []reflect.Value{reflect.ValueOf(t.Context())}
		for j := 1; j < method.Type.NumIn(); j++ {
			args = append(args, reflect.Zero(method.Type.In(j)))
		}
		reflect.ValueOf(e).MethodByName(method.Name).Call(args)
		want[1]++
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[uint64]int{}
	for _, family := range families {
		if family.GetName() == "reconciler_engine_call_duration_seconds" {
			for _, metric := range family.GetMetric() {
				got[metric.GetHistogram().GetSampleCount()]++
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations by count: %s", diff)
	}
}
