// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// wantStatus checks that a response is a Status with a code and a reason.
func wantStatus(t *testing.T, w *httptest.ResponseRecorder, code int32, reason metav1.StatusReason) {
	t.Helper()
	var s metav1.Status
	if err := json.Unmarshal(w.Body.Bytes(), &s); err != nil {
		t.Fatalf("%v in %d %s", err, w.Code, w.Body)
	}
	if w.Code != int(code) || s.Code != code || s.Reason != reason || s.Kind != "Status" || s.APIVersion != "v1" ||
		s.Status != metav1.StatusFailure || s.Message == "" {
		t.Errorf("want %d %s, got %d %s", code, reason, w.Code, w.Body)
	}
}

func names(list v1alpha1.ObjectList) []string {
	out := []string{}
	for _, o := range list.Items {
		out = append(out, o.Namespace+"/"+o.Name)
	}
	return out
}

// populated returns a fixture with default/db, default/web, other/web and a network.
func populated(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t)
	elsewhere := container("web", "Running", true)
	elsewhere.Key.Namespace, elsewhere.UID = "other", "uid-other"
	publish(f, elsewhere)
	publish(f, container("web", "Running", true))
	publish(f, container("db", "Failed", false))
	publish(f, status.Report{Key: key(spec.KindNetwork, "default"), UID: "uid-net", FirstSeen: epoch})
	return f
}

func TestGet(t *testing.T) {
	f := populated(t)
	t.Run("returns the complete object", func(t *testing.T) {
		got := decode[map[string]any](t, f.get(containers+"/web"))
		r, _ := f.Get(key(spec.KindContainer, "web"))
		want := map[string]any{
			"apiVersion": "reconciler.dev/v1alpha1",
			"kind":       "Container",
			"metadata": map[string]any{
				"name": "web", "namespace": "default", "uid": "uid-web", "generation": 2.0,
				"resourceVersion":   fmt.Sprint(r.ResourceVersion),
				"creationTimestamp": "2026-01-02T03:04:05Z",
				"labels":            map[string]any{"app": "web"},
			},
			"spec": map[string]any{"image": "example/web:1"},
			"status": map[string]any{
				"phase": "Running", "restarts": 0.0,
				"conditions": []any{map[string]any{
					"type": "Ready", "status": "True", "reason": "Running", "message": "because",
					"observedGeneration": 2.0, "lastTransitionTime": "2026-01-02T03:04:05Z",
				}},
			},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("returns an object that can be decoded", func(t *testing.T) {
		got := decode[v1alpha1.Object](t, f.get(containers+"/web"))
		r, _ := f.Get(key(spec.KindContainer, "web"))
		if diff := cmp.Diff(kube.ObjectOf(r), got); diff != "" {
			t.Error(diff)
		}
		c, err := got.Container()
		if err != nil || c == nil || c.Image != "example/web:1" {
			t.Errorf("spec %+v, %v", c, err)
		}
	})
	for name, path := range map[string]string{
		"another kind":         root + "/namespaces/default/networks/web",
		"another namespace":    root + "/namespaces/nowhere/containers/web",
		"an unknown name":      containers + "/nope",
		"an unknown kind":      root + "/namespaces/default/pods/web",
		"a subresource":        containers + "/web/scale",
		"an unknown namespace": "/api/v1/namespaces/nowhere",
		"an unknown group":     "/apis/apps/v1/deployments",
	} {
		t.Run("404 for "+name, func(t *testing.T) {
			wantStatus(t, f.get(path), http.StatusNotFound, metav1.StatusReasonNotFound)
		})
	}
}

func TestList(t *testing.T) {
	f := populated(t)
	for name, tc := range map[string]struct {
		path string
		want []string
	}{
		"one namespace":         {containers, []string{"default/db", "default/web"}},
		"all namespaces":        {root + "/containers", []string{"default/db", "default/web", "other/web"}},
		"another kind":          {root + "/networks", []string{"default/default"}},
		"no objects":            {root + "/volumes", []string{}},
		"by label":              {root + "/containers?labelSelector=app%3Dweb", []string{"default/web", "other/web"}},
		"by absence of a label": {root + "/containers?labelSelector=app!%3Dweb", []string{"default/db"}},
		"by name":               {root + "/containers?fieldSelector=metadata.name%3Ddb", []string{"default/db"}},
		"by namespace":          {root + "/containers?fieldSelector=metadata.namespace%3Dother", []string{"other/web"}},
		"all, within the limit": {root + "/containers?limit=3", []string{"default/db", "default/web", "other/web"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := decode[v1alpha1.ObjectList](t, f.get(tc.path))
			if diff := cmp.Diff(tc.want, names(got)); diff != "" {
				t.Error(diff)
			}
			if got.ResourceVersion != fmt.Sprint(f.Version()) || got.APIVersion != spec.APIVersion {
				t.Errorf("%+v %+v", got.TypeMeta, got.ListMeta)
			}
		})
	}
	t.Run("the kind of the list matches its items", func(t *testing.T) {
		if got := decode[v1alpha1.ObjectList](t, f.get(containers)); got.Kind != "ContainerList" || got.Items[0].Kind != "Container" {
			t.Errorf("list %s of %s", got.Kind, got.Items[0].Kind)
		}
	})
	t.Run("an empty list has an empty array of items", func(t *testing.T) {
		got := decode[map[string]any](t, f.get(root+"/volumes"))
		if items, ok := got["items"].([]any); !ok || len(items) != 0 {
			t.Errorf("items %v", got["items"])
		}
	})
	t.Run("metadata only", func(t *testing.T) {
		w := f.get(containers, "Accept", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io")
		got := decode[metav1.PartialObjectMetadataList](t, w)
		if got.Kind != "PartialObjectMetadataList" || len(got.Items) != 2 || got.Items[0].Name != "db" {
			t.Errorf("%+v", got)
		}
	})
}

func TestInvalidRequests(t *testing.T) {
	f := populated(t)
	for name, path := range map[string]string{
		"an invalid label selector":          containers + "?labelSelector=%3D%3D",
		"an invalid field selector":          containers + "?fieldSelector=a",
		"a field that cannot be selected by": containers + "?fieldSelector=spec.image%3Dx",
		"an invalid version":                 containers + "?watch=true&resourceVersion=x",
		"an invalid timeout":                 containers + "?watch=true&timeoutSeconds=-1",
	} {
		t.Run("400 for "+name, func(t *testing.T) {
			wantStatus(t, f.get(path), http.StatusBadRequest, metav1.StatusReasonBadRequest)
		})
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		t.Run("405 for "+method, func(t *testing.T) {
			w := f.request(method, containers+"/web")
			wantStatus(t, w, http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed)
			if w.Header().Get("Allow") == "" {
				t.Error("no Allow header")
			}
		})
	}
	t.Run("403 for a web page", func(t *testing.T) {
		for _, path := range []string{containers, "/healthz", "/nowhere"} {
			w := f.get(path, "Origin", "http://127.0.0.1:8001")
			wantStatus(t, w, http.StatusForbidden, metav1.StatusReasonForbidden)
		}
	})
	t.Run("406 for a form other than JSON", func(t *testing.T) {
		w := f.get(containers, "Accept", "application/vnd.kubernetes.protobuf, application/yaml")
		wantStatus(t, w, http.StatusNotAcceptable, metav1.StatusReasonNotAcceptable)
	})
}

func TestEvents(t *testing.T) {
	f := populated(t)
	f.Record(event("web", "one"))
	f.Record(event("web", "one"))
	f.Record(event("db", "two"))
	t.Run("have the fields of core/v1", func(t *testing.T) {
		list := decode[map[string]any](t, f.get("/api/v1/namespaces/default/events"))
		if list["kind"] != "EventList" || list["apiVersion"] != "v1" {
			t.Errorf("%v", list)
		}
		got := list["items"].([]any)[0].(map[string]any)
		delete(got, "metadata")
		want := map[string]any{
			"apiVersion": "v1", "kind": "Event",
			"involvedObject": map[string]any{
				"apiVersion": "reconciler.dev/v1alpha1", "kind": "Container",
				"namespace": "default", "name": "web", "uid": "uid-web",
			},
			"type": "Normal", "reason": "Started", "message": "one", "count": 2.0,
			"firstTimestamp": "2026-01-02T03:04:05Z", "lastTimestamp": "2026-01-02T03:04:05Z", "eventTime": nil,
			"source":             map[string]any{"component": "reconciler"},
			"reportingComponent": "reconciler", "reportingInstance": "",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	for name, tc := range map[string]struct {
		path string
		want int
	}{
		"of all namespaces":    {"/api/v1/events", 2},
		"of another namespace": {"/api/v1/namespaces/other/events", 0},
		"of one resource": {"/api/v1/events?fieldSelector=involvedObject.kind%3DContainer,involvedObject.name%3Dweb," +
			"involvedObject.namespace%3Ddefault,involvedObject.uid%3Duid-web", 1},
		"of another incarnation": {"/api/v1/events?fieldSelector=involvedObject.uid%3Dother", 0},
		"by type":                {"/api/v1/events?fieldSelector=type!%3DNormal", 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := decode[v1alpha1.EventList](t, f.get(tc.path)); len(got.Items) != tc.want {
				t.Errorf("%d events, want %d: %+v", len(got.Items), tc.want, got.Items)
			}
		})
	}
	t.Run("are found by name", func(t *testing.T) {
		all, _ := f.Events()
		got := decode[v1alpha1.Event](t, f.get("/api/v1/namespaces/default/events/"+all[0].Name))
		if got.Message != all[0].Message || got.InvolvedObject.Name != all[0].Key.Name {
			t.Errorf("%+v", got)
		}
	})
}

func TestNamespaces(t *testing.T) {
	f := populated(t)
	got := decode[struct{ Items []corev1.Namespace }](t, f.get("/api/v1/namespaces"))
	if len(got.Items) != 2 || got.Items[0].Name != "default" || got.Items[1].Name != "other" {
		t.Errorf("%+v", got)
	}
	one := decode[corev1.Namespace](t, f.get("/api/v1/namespaces/other"))
	if one.Name != "other" || one.Status.Phase != "Active" || !one.CreationTimestamp.Equal(&metav1.Time{Time: epoch}) {
		t.Errorf("%+v", one)
	}
}
