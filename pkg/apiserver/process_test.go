// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/version"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestDiscovery(t *testing.T) {
	f := newFixture(t)
	t.Run("lists the groups", func(t *testing.T) {
		groups := decode[metav1.APIGroupList](t, f.get("/apis"))
		if groups.Kind != "APIGroupList" || len(groups.Groups) != 5 ||
			groups.Groups[0].PreferredVersion.GroupVersion != spec.APIVersion {
			t.Errorf("%+v", groups)
		}
		group := decode[metav1.APIGroup](t, f.get("/apis/reconciler.dev"))
		if group.Kind != "APIGroup" || group.Name != "reconciler.dev" {
			t.Errorf("%+v", group)
		}
		if versions := decode[metav1.APIVersions](t, f.get("/api/")); versions.Versions[0] != "v1" {
			t.Errorf("%+v", versions)
		}
	})
	for path, want := range map[string][]string{
		root: {
			"containers ct all", "containers/log", "containers/exec", "networks net all", "volumes vol all", "configs cfg all", "secrets sec all", "manifests mf all",
		},
		"/api/v1":                      {"events ev", "namespaces ns", "pods po", "pods/log", "pods/exec", "pods/portforward", "nodes no"},
		"/apis/metrics.k8s.io/v1beta1": {"pods", "nodes"},
	} {
		t.Run("lists the resources of "+path, func(t *testing.T) {
			list := decode[metav1.APIResourceList](t, f.get(path))
			var got []string
			for _, r := range list.APIResources {
				line := r.Name
				for _, word := range append(r.ShortNames, r.Categories...) {
					line += " " + word
				}
				got = append(got, line)
				if r.Namespaced == (r.Name == "namespaces" || r.Name == "nodes") {
					t.Errorf("%s: namespaced %v", r.Name, r.Namespaced)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProcess(t *testing.T) {
	ready := []apiserver.Check{{Name: "engine"}, {Name: "sync"}}
	f := newFixture(t, func(o *apiserver.Options) {
		o.Ready = func() []apiserver.Check { return ready }
		o.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "metrics") })
		o.Plan = func(context.Context) (string, error) { return "the plan\n", nil }
	})
	for path, want := range map[string]string{
		"/healthz": "ok", "/livez": "ok", "/readyz": "ok", "/readyz?verbose": "[+]engine ok\n[+]sync ok\nreadyz check passed\n",
		"/metrics": "metrics", v1alpha1.PlanPath: "the plan\n",
	} {
		t.Run(path, func(t *testing.T) {
			if w := f.get(path); w.Code != http.StatusOK || w.Body.String() != want {
				t.Errorf("%d %q, want %q", w.Code, w.Body, want)
			}
		})
	}
	t.Run("503 if not ready, and alive", func(t *testing.T) {
		ready[0].Err = errors.New("it does not answer")
		want := "[-]engine failed: it does not answer\n[+]sync ok\nreadyz check failed\n"
		if w := f.get("/readyz"); w.Code != http.StatusServiceUnavailable || w.Body.String() != want {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w := f.get("/livez"); w.Code != http.StatusOK {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	for text, want := range map[string]string{
		"v0.1.0": "v0.1.0 0.1", "v1.22.3-4-gf2987bc-dirty": "v1.22.3-4-gf2987bc-dirty 1.22",
		"f2987bc": "v0.0.0+f2987bc 0.0", "f2987bc_dirty!": "v0.0.0+f2987bc-dirty 0.0", "0123456": "v0.0.0+0123456 0.0", "": "v0.0.0 0.0",
	} {
		t.Run("kubectl can parse the version "+text, func(t *testing.T) {
			f := newFixture(t, func(o *apiserver.Options) { o.Version = text })
			got := decode[version.Info](t, f.get("/version"))
			if got := got.GitVersion + " " + got.Major + "." + got.Minor; got != want {
				t.Errorf("%q", got)
			}
		})
	}
	t.Run("the state of the controller", func(t *testing.T) {
		want := v1alpha1.Controller{Instance: "default", Synced: true, Objects: 4}
		f.SetController(want)
		if diff := cmp.Diff(want, decode[v1alpha1.Controller](t, f.get(v1alpha1.ControllerPath))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestControllerState(t *testing.T) {
	asked := 0
	f := newFixture(t, func(o *apiserver.Options) {
		o.Controller = func() v1alpha1.Controller { asked++; return v1alpha1.Controller{QueueDepth: asked} }
	})
	for want := 1; want <= 2; want++ {
		if got := decode[v1alpha1.Controller](t, f.get(v1alpha1.ControllerPath)); got.QueueDepth != want {
			t.Errorf("%+v, want the state of request %d", got, want)
		}
	}
}

func TestMissingDependenciesAreNotServed(t *testing.T) {
	f := populated(t)
	for _, path := range []string{"/metrics", v1alpha1.PlanPath, containers + "/web/log", containers + "/web/exec"} {
		t.Run(path, func(t *testing.T) {
			wantStatus(t, f.get(path), http.StatusNotFound, metav1.StatusReasonNotFound)
		})
	}
	t.Run("ready without checks", func(t *testing.T) {
		if w := f.get("/readyz"); w.Code != http.StatusOK {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

func TestFailedPlan(t *testing.T) {
	f := newFixture(t, func(o *apiserver.Options) {
		o.Plan = func(context.Context) (string, error) { return "", errors.New("not synced") }
	})
	wantStatus(t, f.get(v1alpha1.PlanPath), http.StatusInternalServerError, metav1.StatusReasonInternalError)
}

// TestWaitSynced verifies that requests wait for the first reports, for a limited
// time.
func TestWaitSynced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, seen := 0, false
		f := newFixture(t, func(o *apiserver.Options) {
			store := o.Store
			o.Synced = func(ctx context.Context) error {
				if calls++; !seen {
					<-ctx.Done()
					return ctx.Err()
				}
				publish(store, container("late", "Running", true))
				return nil
			}
		})
		list := func() []string { return names(decode[v1alpha1.ObjectList](t, f.get(containers))) }
		if got := list(); len(got) > 0 || calls != 1 {
			t.Errorf("got %v after %d calls", got, calls)
		}
		f.get("/healthz")
		f.get("/apis")
		seen = true
		for range 2 {
			if diff := cmp.Diff([]string{"default/late"}, list()); diff != "" {
				t.Error(diff)
			}
		}
		if calls != 2 {
			t.Errorf("%d calls, want one that times out and one that succeeds", calls)
		}
	})
}

func TestAccessDataAreNotServedByTheHandler(t *testing.T) {
	wantStatus(t, newFixture(t).get(v1alpha1.AccessPath), http.StatusNotFound, metav1.StatusReasonNotFound)
}

// TestStreamsPassTheFilters requests streams by POST, as kubectl does, and as a web
// page would.
func TestStreamsPassTheFilters(t *testing.T) {
	f := newFixture(t, func(o *apiserver.Options) { o.Exec = failing{} })
	publish(f, container("web", "Running", true))
	const path = "/api/v1/namespaces/default/pods/web/exec?command=ls"
	wantStatus(t, f.request(http.MethodPost, path), http.StatusUpgradeRequired, "UpgradeRequired")
	wantStatus(t, f.request(http.MethodPost, path, "Origin", "http://127.0.0.1"), http.StatusForbidden, metav1.StatusReasonForbidden)
}

// failing fails to run any command.
type failing struct{}

func (failing) Exec(context.Context, spec.Key, v1alpha1.ExecOptions) (int, error) {
	return 0, errors.New("no such command")
}
