// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// TestCommands verifies that a POST to the path of a command submits it, and that
// other requests are refused.
func TestCommands(t *testing.T) {
	store := status.NewStore(status.Options{})
	for _, kind := range []spec.Kind{spec.KindContainer, spec.KindNetwork} {
		publish(store, status.Report{
			Key:    spec.Key{Kind: kind, Namespace: "shop", Name: "app"},
			Object: spec.Object{Kind: kind, Metadata: spec.Metadata{Name: "app", Namespace: "shop"}},
		})
	}
	gone := status.Report{Key: spec.Key{Kind: spec.KindContainer, Namespace: "shop", Name: "gone"}}
	publish(store, gone) // no manifest declares it any more
	gone.Key.Name = "suspended"
	gone.Status.Conditions = []condition.Condition{condition.Make(condition.Suspended, "True", condition.ReasonSuspended, "", 0)}
	publish(store, gone)
	var submitted []string
	handler := apiserver.New(apiserver.Options{Store: store, Submit: func(k spec.Key, cmd plan.Command) error {
		submitted = append(submitted, string(cmd)+" "+k.String())
		return nil
	}})
	const root = "/apis/reconciler.dev/v1alpha1/namespaces/shop/"
	for name, tc := range map[string]struct {
		method, path, origin string
		want                 int
		submits              string
	}{
		"stop a container":            {"POST", "containers/app/stop", "", 200, "stop Container/shop/app"},
		"suspend a network":           {"POST", "networks/app/suspend", "", 200, "suspend Network/shop/app"},
		"a network cannot be stopped": {"POST", "networks/app/stop", "", 400, ""},
		"resume without a manifest":   {"POST", "containers/suspended/resume", "", 200, "resume Container/shop/suspended"},
		"start without a manifest":    {"POST", "containers/suspended/start", "", 404, ""},
		"resume a removed object":     {"POST", "containers/gone/resume", "", 404, ""},
		"an unknown container":        {"POST", "containers/web/stop", "", 404, ""},
		"a web page":                  {"POST", "containers/app/stop", "http://evil.example", 403, ""},
		"an unknown command":          {"POST", "containers/app/destroy", "", 405, ""},
		"a command cannot be read":    {"GET", "containers/app/stop", "", 404, ""},
		"an object cannot be changed": {"PUT", "containers/app", "", 405, ""},
		"an object named stop":        {"POST", "containers/stop", "", 404, ""},
	} {
		t.Run(name, func(t *testing.T) {
			submitted = nil
			r := httptest.NewRequest(tc.method, root+tc.path, http.NoBody)
			if tc.origin != "" {
				r.Header.Set("Origin", tc.origin)
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if w.Code != tc.want {
				t.Errorf("got %d: %s", w.Code, w.Body)
			}
			var want []string
			if tc.submits != "" {
				want = []string{tc.submits}
			}
			if diff := cmp.Diff(want, submitted); diff != "" {
				t.Errorf("submitted (-want +got):\n%s", diff)
			}
		})
	}
}

// TestApprove verifies that the complete approval is passed on.
func TestApprove(t *testing.T) {
	var submitted []spec.Key
	handler := apiserver.New(apiserver.Options{Store: status.NewStore(status.Options{}), Approve: func(keys []spec.Key) []spec.Key {
		submitted = keys
		return keys[:min(1, len(keys))]
	}})
	app := spec.Key{Kind: spec.KindContainer, Namespace: "shop", Name: "app"}
	back := spec.Key{Kind: spec.KindNetwork, Namespace: "shop", Name: "back"}
	for name, tc := range map[string]struct {
		method, origin, body string
		code                 int
		approved             []spec.Key
		answer               string
	}{
		"two objects, one of them held back": {"POST", "", `{"objects":["Container/shop/app","Network/shop/back"]}`, 200, []spec.Key{app, back}, `{"objects":["Container/shop/app"]}`},
		"no object":                          {"POST", "", `{}`, 200, nil, `{"objects":[]}`},
		"an invalid key":                     {"POST", "", `{"objects":["app"]}`, 400, nil, ""},
		"invalid JSON":                       {"POST", "", `app`, 400, nil, ""},
		"too large":                          {"POST", "", `{"objects":["` + strings.Repeat("x", 1<<20) + `"]}`, 400, nil, ""},
		"a web page":                         {"POST", "http://evil.example", `{"objects":["Container/shop/app"]}`, 403, nil, ""},
		"a read":                             {"GET", "", "", 404, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			submitted = nil
			r := httptest.NewRequest(tc.method, v1alpha1.ApprovePath, strings.NewReader(tc.body))
			if tc.origin != "" {
				r.Header.Set("Origin", tc.origin)
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if w.Code != tc.code || tc.answer != "" && strings.TrimSpace(w.Body.String()) != tc.answer {
				t.Errorf("got %d: %s", w.Code, w.Body)
			}
			if diff := cmp.Diff(tc.approved, submitted); diff != "" {
				t.Errorf("submitted (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("without a guard", func(t *testing.T) {
		w := httptest.NewRecorder()
		apiserver.New(apiserver.Options{Store: status.NewStore(status.Options{})}).
			ServeHTTP(w, httptest.NewRequest("POST", v1alpha1.ApprovePath, strings.NewReader(`{}`)))
		if w.Code != http.StatusNotFound {
			t.Errorf("got %d: %s", w.Code, w.Body)
		}
	})
}
