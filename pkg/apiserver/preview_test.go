// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/editor"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// newReaders returns authors without a directory to write to.
func newReaders(t *testing.T) *authors {
	a := newAuthors(t)
	a.handler = apiserver.New(apiserver.Options{Store: a.Store, Preview: func(c editor.Change) (spec.Object, error) {
		return editor.Preview(c, spec.DecodeOptions{})
	}})
	return a
}

func TestDryRunsOfAReadOnlyAPI(t *testing.T) {
	for name, tc := range map[string]struct {
		method, path, contentType, body string
		code                            int
		image                           string
	}{
		"create":                    {"POST", "?dryRun=All", jsonType, newObject, 201, "web:1"},
		"create an existing object": {"POST", "?dryRun=All", jsonType, `{"apiVersion":"reconciler.dev/v1alpha1","kind":"Container","metadata":{"name":"db"}}`, 409, ""},
		"patch":                     {"PATCH", "/db?dryRun=All", mergeType, `{"spec":{"image":"db:2"}}`, 200, "db:2"},
		"apply":                     {"PATCH", "/web?dryRun=All&fieldManager=x", applyType, newObject, 201, "web:1"},
		"an unknown field":          {"PATCH", "/db?dryRun=All", mergeType, `{"spec":{"imag":"db:2"}}`, 422, ""},
		"another name":              {"PATCH", "/db?dryRun=All", mergeType, `{"metadata":{"name":"web"}}`, 400, ""},
		"delete":                    {"DELETE", "/db?dryRun=All", jsonType, "", 200, ""},
		"delete, dry by its body":   {"DELETE", "/db", jsonType, `{"dryRun":["All"]}`, 200, ""},
		"an empty dryRun":           {"PATCH", "/db?dryRun=", mergeType, `{"spec":{"image":"db:2"}}`, 400, ""},
		"create without dryRun":     {"POST", "", jsonType, newObject, 405, ""},
		"patch without dryRun":      {"PATCH", "/db", mergeType, `{"spec":{"image":"db:2"}}`, 405, ""},
		"delete without dryRun":     {"DELETE", "/db", jsonType, "", 405, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := newReaders(t)
			version := a.Version()
			w := a.send(tc.method, containers+tc.path, tc.contentType, tc.body)
			var got struct{ Spec struct{ Image string } }
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != tc.code || got.Spec.Image != tc.image {
				t.Errorf("%d %s, %v", w.Code, w.Body, err)
			}
			if diff := cmp.Diff(map[string]string{"db.yaml": shelf}, a.files()); diff != "" || a.Version() != version {
				t.Errorf("the manifests changed: %s", diff)
			}
		})
	}
	t.Run("a POST to a read-only resource is refused", func(t *testing.T) {
		a := newReaders(t)
		wantStatus(t, a.send("PATCH", podsPath+"/db?dryRun=All", mergeType, "{}"), http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed)
	})
	t.Run("variables and files of the controller are not revealed", func(t *testing.T) {
		a := newReaders(t)
		t.Setenv("HUSH", "a secret")
		if err := os.WriteFile(a.dir+"/secret.env", []byte("A=a secret"), 0o600); err != nil {
			t.Fatal(err)
		}
		w := a.send("PATCH", containers+"/db?dryRun=All", mergeType, `{"spec":{"env":{"A":"${HUSH}"},"envFile":["secret.env"]}}`)
		var got struct{ Spec struct{ Env map[string]any } }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 || got.Spec.Env["A"] != "${HUSH}" {
			t.Errorf("%d %s, %v", w.Code, w.Body, err)
		}
	})
	t.Run("discovery lists no writes", func(t *testing.T) {
		list := decode[metav1.APIResourceList](t, newReaders(t).get(root))
		if verbs := list.APIResources[0].Verbs; slices.Contains(verbs, "patch") {
			t.Errorf("%v", verbs)
		}
	})
}

func TestDeniedReason(t *testing.T) {
	f := newFixture(t)
	for resource, want := range map[string]string{
		"containers": "the API is read-only: edit the manifests instead, or run with --api-manifests",
		"manifests":  "not supported",
	} {
		var got struct{ Status struct{ Reason string } }
		w := f.post(reviewPath, protoReview("delete", "reconciler.dev", resource, ""))
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Status.Reason != want {
			t.Errorf("%s: %s, %v", resource, w.Body, err)
		}
	}
}
