// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Options are what a handler shows. Only Store is required; what is absent is
// answered with 404.
type Options struct {
	Store *status.Store
	// Metrics serves /metrics.
	Metrics http.Handler
	// Logs and Exec reach into containers.
	Logs Logs
	Exec Exec
	// Plan is what the controller would do now, as text.
	Plan func(context.Context) (string, error)
	// Controller is the controller's own state; nil means what the store holds.
	Controller func() status.Controller
	// Ask has a user ask something of an object, beside its manifest.
	Ask func(spec.Key, plan.Command) error
	// Ready is nil when the controller is ready, and says else what it lacks; an
	// absent one means always.
	Ready func() error
	// Version is the controller's version, such as "v0.1.0".
	Version string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

type server struct {
	Options
}

// New is the handler of the API.
func New(opts Options) http.Handler {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &server{opts}
	mux := http.NewServeMux()
	mux.HandleFunc("/", s.unknown)
	s.addDiscovery(mux)
	s.addProcess(mux)
	for prefix, gv := range map[string]schema.GroupVersion{"/api/v1": core, "/apis/" + spec.APIVersion: ours} {
		h := func(w http.ResponseWriter, r *http.Request) { s.serveResource(gv, w, r) }
		mux.HandleFunc(prefix+"/{resource}", h)
		mux.HandleFunc(prefix+"/namespaces/{namespace}/{resource}", h)
		mux.HandleFunc(prefix+"/namespaces/{namespace}/{resource}/{name}", h)
	}
	mux.HandleFunc("/api/v1/namespaces/{name}", func(w http.ResponseWriter, r *http.Request) {
		r.SetPathValue("resource", "namespaces")
		s.serveResource(core, w, r)
	})
	for _, collection := range []string{"/apis/" + spec.APIVersion + "/namespaces/{namespace}/containers", "/api/v1/namespaces/{namespace}/pods"} {
		mux.HandleFunc(collection+"/{name}/log", s.serveLog)
		mux.HandleFunc(collection+"/{name}/exec", s.serveExec)
	}
	s.addCommands(mux)
	return guard(mux)
}

// guard lets only reads and commands pass, and none that a web page sent: a browser is no
// client of ours, and this is what keeps any page from reading along.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Origin") != "":
			writeError(w, refuse(http.StatusForbidden, metav1.StatusReasonForbidden,
				"requests of web pages are refused"))
		case r.Method == http.MethodPost && isCommand(r.URL.Path):
			next.ServeHTTP(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			writeError(w, refuse(http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed,
				"%s is not supported: the API is read only, edit the manifests instead", r.Method))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func (s *server) unknown(w http.ResponseWriter, r *http.Request) {
	writeError(w, errUnknown(r))
}

func errUnknown(r *http.Request) error {
	return refuse(http.StatusNotFound, metav1.StatusReasonNotFound,
		"the server could not find the requested resource: nothing is at %s", r.URL.Path)
}

// serveResource answers a list, a watch or a get.
func (s *server) serveResource(gv schema.GroupVersion, w http.ResponseWriter, r *http.Request) {
	res, found := findResource(gv, r.PathValue("resource"))
	if !found || res.clusterScoped && r.PathValue("namespace") != "" {
		writeError(w, errUnknown(r))
		return
	}
	form, err := negotiate(r)
	if err != nil {
		writeError(w, err)
		return
	}
	if name := r.PathValue("name"); name != "" && !isWatch(r) {
		err = s.get(res, form, w, r)
	} else {
		err = s.listOrWatch(res, form, w, r)
	}
	if err != nil {
		writeError(w, err)
	}
}

func (s *server) get(res resource, form form, w http.ResponseWriter, r *http.Request) error {
	items, _ := res.list(s.Store)
	namespace, name := r.PathValue("namespace"), r.PathValue("name")
	for _, i := range items {
		if i.meta.Namespace == namespace && i.meta.Name == name {
			writeJSON(w, http.StatusOK, form.one(res, i, s.Now()))
			return nil
		}
	}
	return apierrors.NewNotFound(res.group(), name)
}

// listOrWatch returns an error only as long as nothing was written.
func (s *server) listOrWatch(res resource, form form, w http.ResponseWriter, r *http.Request) error {
	sel, err := parseSelection(res, r)
	if err != nil {
		return err
	}
	if isWatch(r) {
		return s.watch(res, form, sel, w, r)
	}
	if r.URL.Query().Get("continue") != "" {
		return status.ErrExpired // lists are given whole, so that this is not ours
	}
	items, version := res.list(s.Store)
	writeJSON(w, http.StatusOK, form.list(res, sel.filter(items), version, s.Now()))
	return nil
}
