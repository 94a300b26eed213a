// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/editor"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// authors is a directory of manifests, and a controller that reads each change at
// once.
type authors struct {
	*fixture
	editor   *editor.Editor
	dir      string
	approved []spec.Key
}

const shelf = `# The shelf.
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: db, labels: {tier: back}}
spec:
  image: db:1 # pinned
  dependencies: [cache]
`

func newAuthors(t *testing.T) *authors {
	t.Helper()
	a := &authors{dir: t.TempDir()}
	if err := os.WriteFile(filepath.Join(a.dir, "db.yaml"), []byte(shelf), 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if a.editor, err = editor.New(editor.Options{Root: a.dir, Dir: a.dir}); err != nil {
		t.Fatal(err)
	}
	a.fixture = newFixture(t, func(o *apiserver.Options) { o.Manifests, o.Approve = a, a.approve })
	objects, errs := spec.Decode("db.yaml", []byte(shelf), spec.DecodeOptions{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	a.publish(objects[0])
	return a
}

func (a *authors) approve(keys []spec.Key) []spec.Key {
	a.approved = append(a.approved, keys...)
	return nil
}

func (a *authors) publish(o spec.Object) {
	o.Generation = 1
	publish(a, status.Report{Key: o.Key(), UID: "uid-" + o.Metadata.Name, FirstSeen: epoch, Object: o})
}

func (a *authors) Edit(c editor.Change, dry bool) (spec.Object, error) {
	o, err := a.editor.Edit(c, dry)
	switch {
	case err != nil || dry:
	case o.IsZero():
		a.Delete(c.Key)
	default:
		a.publish(o)
	}
	return o, err
}

// send sends a request with a body of a type.
func (a *authors) send(method, path, contentType, body string) *httptest.ResponseRecorder {
	a.t.Helper()
	r := httptest.NewRequestWithContext(a.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	return w
}

// TestDeleteApproves verifies that a deletion by name is also an approval, and that
// other requests approve nothing.
func TestDeleteApproves(t *testing.T) {
	db := key(spec.KindContainer, "db")
	for path, want := range map[string][]spec.Key{"/db": {db}, "/db?dryRun=All": nil, "/unknown": nil} {
		a := newAuthors(t)
		a.send("DELETE", containers+path, jsonType, "")
		if !slices.Equal(a.approved, want) {
			t.Errorf("DELETE %s approved %v, want %v", path, a.approved, want)
		}
	}
}

func (a *authors) files() map[string]string {
	a.t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(a.dir)
	if err != nil {
		a.t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(a.dir, e.Name()))
		if err != nil {
			a.t.Fatal(err)
		}
		out[e.Name()] = string(data)
	}
	return out
}

const (
	jsonType  = "application/json"
	mergeType = "application/merge-patch+json"
	opsType   = "application/json-patch+json"
	applyType = "application/apply-patch+yaml"

	newObject = `{"apiVersion":"reconciler.dev/v1alpha1","kind":"Container","metadata":{"name":"web","creationTimestamp":null},"spec":{"image":"web:1"},"status":{}}`
	newFile   = "apiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata:\n  name: web\n  namespace: default\nspec:\n  image: web:1\n"
)

func TestWrites(t *testing.T) {
	replace := func(pairs ...string) map[string]string {
		return map[string]string{"db.yaml": strings.NewReplacer(pairs...).Replace(shelf)}
	}
	for name, tc := range map[string]struct {
		method, path, contentType, body string
		code                            int
		want                            map[string]string
	}{
		"create":      {"POST", "", jsonType, newObject, 201, map[string]string{"db.yaml": shelf, "container-default-web.yaml": newFile}},
		"create, dry": {"POST", "?dryRun=All&fieldValidation=Strict", jsonType, newObject, 201, replace()},
		"label": {
			"PATCH", "/db", mergeType, `{"metadata":{"labels":{"a":"b","tier":null}}}`, 200,
			replace("{tier: back}", "{a: b}"),
		},
		"patch by operations": {
			"PATCH", "/db", opsType, `[{"op":"test","path":"/spec/pullPolicy","value":"missing"},{"op":"replace","path":"/spec/image","value":"db:2"}]`, 200,
			replace("db:1", "db:2"),
		},
		"patch, dry":  {"PATCH", "/db?dryRun=All", mergeType, `{"spec":{"image":"db:2"}}`, 200, replace()},
		"empty patch": {"PATCH", "/db", mergeType, `{}`, 200, replace()},
		"apply keeps the labels of others": {
			"PATCH", "/db?fieldManager=kubectl&force=true", applyType,
			"apiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata: {name: db, labels: {a: b}}\nspec: {image: db:2, dependencies: [cache]}\n", 200,
			replace("{tier: back}", "{tier: back, a: b}", "db:1", "db:2"),
		},
		"apply removes the fields that are not applied": {
			"PATCH", "/db?fieldManager=kubectl", applyType,
			"apiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata: {name: db}\nspec: {image: db:1}\n", 200,
			replace("  dependencies: [cache]\n", ""),
		},
		"apply of metadata only": {
			"PATCH", "/db?fieldManager=x", applyType, `{"apiVersion":"reconciler.dev/v1alpha1","kind":"Container","metadata":{"name":"db"}}`, 200, replace(),
		},
		"apply of a new object": {
			"PATCH", "/web?fieldManager=kubectl", applyType, newObject, 201,
			map[string]string{"db.yaml": shelf, "container-default-web.yaml": newFile},
		},
		"replace": {
			"PUT", "/db", jsonType, `{"apiVersion":"reconciler.dev/v1alpha1","kind":"Container","metadata":{"name":"db"},"spec":{"image":"db:3","dependencies":["cache"]}}`, 200,
			replace("db:1", "db:3", ", labels: {tier: back}", ""),
		},
		"delete":                  {"DELETE", "/db", jsonType, `{"propagationPolicy":"Background","preconditions":{"uid":"uid-db"}}`, 200, map[string]string{}},
		"delete, dry":             {"DELETE", "/db?dryRun=All", jsonType, ``, 200, replace()},
		"delete, dry by its body": {"DELETE", "/db", jsonType, `{"dryRun":["All"]}`, 200, replace()},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAuthors(t)
			w := a.send(tc.method, containers+tc.path, tc.contentType, tc.body)
			if w.Code != tc.code || w.Header().Get("Warning") != "" {
				t.Errorf("%d %q %s", w.Code, w.Header().Get("Warning"), w.Body)
			}
			if diff := cmp.Diff(tc.want, a.files()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRefusedWrites(t *testing.T) {
	for name, tc := range map[string]struct {
		method, path, contentType, body string
		code                            int32
		reason                          metav1.StatusReason
	}{
		"create an existing object":   {"POST", "", jsonType, strings.ReplaceAll(newObject, "web", "db"), 409, metav1.StatusReasonAlreadyExists},
		"create another kind":         {"POST", "", jsonType, strings.ReplaceAll(newObject, "Container", "Pod"), 400, metav1.StatusReasonBadRequest},
		"create without a name":       {"POST", "", jsonType, strings.ReplaceAll(newObject, `"web"`, `""`), 400, metav1.StatusReasonBadRequest},
		"create in another namespace": {"POST", "", jsonType, strings.ReplaceAll(newObject, `"name"`, `"namespace":"x","name"`), 400, metav1.StatusReasonBadRequest},
		"an unknown field":            {"POST", "?fieldValidation=Strict", jsonType, strings.ReplaceAll(newObject, "image", "imag"), 422, metav1.StatusReasonInvalid},
		"an array":                    {"POST", "", jsonType, `[]`, 400, metav1.StatusReasonBadRequest},
		"patch an unknown object":     {"PATCH", "/web", mergeType, `{}`, 404, metav1.StatusReasonNotFound},
		"another version":             {"PATCH", "/db", mergeType, `{"metadata":{"resourceVersion":"1"}}`, 409, metav1.StatusReasonConflict},
		"another UID":                 {"DELETE", "/db", jsonType, `{"preconditions":{"uid":"x"}}`, 409, metav1.StatusReasonConflict},
		"rename":                      {"PATCH", "/db", mergeType, `{"metadata":{"name":"web"}}`, 400, metav1.StatusReasonBadRequest},
		"a patch that does not apply": {"PATCH", "/db", opsType, `[{"op":"remove","path":"/spec/ports"}]`, 422, metav1.StatusReasonInvalid},
		"an invalid patch":            {"PATCH", "/db", mergeType, `[]`, 400, metav1.StatusReasonBadRequest},
		"a patch without an object":   {"PATCH", "/db", mergeType, `null`, 400, metav1.StatusReasonBadRequest}, // as in Kubernetes
		"a patch of another type":     {"PATCH", "/db", "application/strategic-merge-patch+json", `{}`, 415, metav1.StatusReasonUnsupportedMediaType},
		"an unknown dryRun":           {"DELETE", "/db?dryRun=Some", jsonType, ``, 400, metav1.StatusReasonBadRequest},
		"an unknown fieldValidation":  {"PATCH", "/db?fieldValidation=Lax", mergeType, `{}`, 400, metav1.StatusReasonBadRequest},
		"delete a collection":         {"DELETE", "", jsonType, ``, 405, metav1.StatusReasonMethodNotAllowed},
		"update the status":           {"PUT", "/db/status", jsonType, `{}`, 404, metav1.StatusReasonNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAuthors(t)
			wantStatus(t, a.send(tc.method, containers+tc.path, tc.contentType, tc.body), tc.code, tc.reason)
			if diff := cmp.Diff(map[string]string{"db.yaml": shelf}, a.files()); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("a manifest outside the directory", func(t *testing.T) {
		a := newAuthors(t)
		r, _ := a.Get(key(spec.KindContainer, "db"))
		r.Object.Source.File = "../db.yaml"
		publish(a, r)
		wantStatus(t, a.send("DELETE", containers+"/db", jsonType, ""), http.StatusForbidden, metav1.StatusReasonForbidden)
	})
	t.Run("all errors of a manifest, by field", func(t *testing.T) {
		w := newAuthors(t).send("POST", containers, jsonType, strings.ReplaceAll(newObject, `"image":"web:1"`, `"image":1,"prots":[]`))
		var s metav1.Status
		if err := json.Unmarshal(w.Body.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		var fields []string
		for _, c := range s.Details.Causes {
			fields = append(fields, c.Field)
		}
		if diff := cmp.Diff([]string{"spec.image", "spec.prots"}, fields); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("web pages", func(t *testing.T) {
		w := newAuthors(t).request("DELETE", containers+"/db", "Origin", "http://127.0.0.1")
		wantStatus(t, w, http.StatusForbidden, metav1.StatusReasonForbidden)
	})
	t.Run("a read-only API", func(t *testing.T) {
		wantStatus(t, populated(t).request("DELETE", containers+"/db"), http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed)
	})
}
