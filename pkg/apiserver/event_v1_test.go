// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

const eventsV1Path = "/apis/events.k8s.io/v1/events"

func TestEventsV1(t *testing.T) {
	f := populated(t)
	f.Record(event("web", "one"))
	f.Record(event("web", "one"))
	f.Record(event("db", "two"))
	t.Run("have the fields of events.k8s.io", func(t *testing.T) {
		list := decode[map[string]any](t, f.get(eventsV1Path))
		if list["kind"] != "EventList" || list["apiVersion"] != "events.k8s.io/v1" {
			t.Errorf("%v", list)
		}
		got := list["items"].([]any)[0].(map[string]any)
		delete(got, "metadata")
		const at, exactly = "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z"
		want := map[string]any{
			"apiVersion": "events.k8s.io/v1", "kind": "Event",
			"regarding": map[string]any{
				"apiVersion": "reconciler.dev/v1alpha1", "kind": "Container",
				"namespace": "default", "name": "web", "uid": "uid-web",
			},
			"type": "Normal", "reason": "Started", "note": "one", "eventTime": exactly,
			"series":              map[string]any{"count": 2.0, "lastObservedTime": exactly},
			"reportingController": "reconciler",
			"deprecatedSource":    map[string]any{"component": "reconciler"}, "deprecatedCount": 2.0,
			"deprecatedFirstTimestamp": at, "deprecatedLastTimestamp": at,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("have the table of core/v1", func(t *testing.T) {
		rows := func(path string) (cells [][]any) {
			for _, r := range decode[metav1.Table](t, f.get(path, "Accept", tableJSON)).Rows {
				cells = append(cells, r.Cells)
			}
			return cells
		}
		got := rows(eventsV1Path)
		if diff := cmp.Diff(rows("/api/v1/events"), got); diff != "" || len(got) != 2 {
			t.Errorf("%d rows, %s", len(got), diff)
		}
	})
	t.Run("are selected by the object that they regard", func(t *testing.T) {
		for selector, want := range map[string]int{"regarding.name%3Dweb,regarding.kind%3DContainer": 1, "type!%3DNormal": 0} {
			if got := decode[v1alpha1.EventList](t, f.get(eventsV1Path+"?fieldSelector="+selector)); len(got.Items) != want {
				t.Errorf("%s: %+v", selector, got.Items)
			}
		}
	})
	t.Run("are found by name", func(t *testing.T) {
		name := decode[v1alpha1.EventList](t, f.get(eventsV1Path)).Items[1].Name
		got := decode[eventsv1.Event](t, f.get("/apis/events.k8s.io/v1/namespaces/default/events/"+name))
		if got.Note != "two" {
			t.Errorf("%+v", got)
		}
	})
}

func TestEventsV1AreWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		s := f.serve()
		w := s.watch(eventsV1Path + "?watch=true&fieldSelector=regarding.name%3Dweb")
		for range 2 {
			f.Record(event("db", "two"))
			f.Record(event("web", "one"))
		}
		for _, want := range []status.ChangeType{status.Added, status.Modified} {
			e, err := w.next()
			var got eventsv1.Event
			if err == nil {
				err = json.Unmarshal(e.Object, &got)
			}
			if err != nil || e.Type != want || got.Note != "one" {
				t.Errorf("%s %+v, %v", e.Type, got, err)
			}
		}
		s.closeAll()
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
}
