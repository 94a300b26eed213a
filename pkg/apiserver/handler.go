// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/streams"
	"github.com/pact-toolbox/reconciler/pkg/editor"
	"github.com/pact-toolbox/reconciler/pkg/kube"
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
	// Logs, Exec and Dialer reach into containers.
	Logs   streams.Logs
	Exec   streams.Exec
	Dialer streams.Dialer
	// Plan is what the controller would do now, as text.
	Plan func(context.Context) (string, error)
	// Controller is the controller's own state; nil means what the store holds.
	Controller func() v1alpha1.Controller
	// Submit submits a command of a user for an object.
	Submit func(spec.Key, plan.Command) error
	// Approve has the prune guard let the keys go, and returns those of them that
	// it kept; nil means that there is no guard.
	Approve func([]spec.Key) []spec.Key
	// Manifests has manifests written; nil means that the API is read only.
	Manifests Manifests
	// Preview is the object that would come of a change: it answers dry runs when
	// Manifests is nil. nil refuses them.
	Preview func(editor.Change) (spec.Object, error)
	// Ready are the checks of whether the controller is ready; an absent one
	// means that it always is.
	Ready func() []Check
	// Synced waits until everything was looked at once, or ctx ends; nil means
	// that it was. Until then it would be denied that there is what there is.
	Synced func(ctx context.Context) error
	// Version is the controller's version, such as "v0.1.0".
	Version string
	// Node is the engine's machine; nil means one without a name.
	Node func() kube.Machine
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

type server struct {
	Options
	all    []resource
	hub    *hub
	shared shared
	// writing is held by the one write in progress.
	writing sync.Mutex
	// synced says that nobody has to wait for the first look any more.
	synced atomic.Bool
}

// New is the handler of the API.
func New(opts Options) http.Handler {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Node == nil {
		opts.Node = func() kube.Machine { return kube.Machine{Name: "engine"} }
	}
	s := &server{Options: opts, hub: newHub(opts.Store)}
	s.all = s.collections()
	mux := http.NewServeMux()
	mux.HandleFunc("/", s.unknown)
	s.addDiscovery(mux)
	s.addProcess(mux)
	s.addReviews(mux)
	s.addOpenAPI(mux)
	for _, gv := range []schema.GroupVersion{core, ours, metricsGroup, eventsGroup} {
		prefix := rootOf(gv)
		h := func(w http.ResponseWriter, r *http.Request) { s.serveResource(gv, w, r) }
		mux.HandleFunc(prefix+"/{resource}", h)
		mux.HandleFunc(prefix+"/namespaces/{namespace}/{resource}", h)
		mux.HandleFunc(prefix+"/namespaces/{namespace}/{resource}/{name}", h)
	}
	for _, plural := range []string{"namespaces", "nodes"} {
		mux.HandleFunc("/api/v1/"+plural+"/{name}", s.clusterScoped(core, plural))
	}
	mux.HandleFunc(rootOf(metricsGroup)+"/nodes/{name}", s.clusterScoped(metricsGroup, "nodes"))
	inside := streams.New(streams.Options{Reports: s.Store, Logs: s.Logs, Exec: s.Exec, Dialer: s.Dialer, Now: s.Now})
	for _, collection := range []string{"/apis/" + spec.APIVersion + "/namespaces/{namespace}/containers", "/api/v1/namespaces/{namespace}/pods"} {
		inside.Register(mux, collection)
	}
	s.addCommands(mux)
	return rest.RefuseBrowsers(s.readOnly(s.afterFirstLook(mux)))
}

// firstLook is how long a request waits for the first look at everything.
const firstLook = 2 * time.Second

// afterFirstLook has who asks for resources wait for the first look at them.
func (s *server) afterFirstLook(next http.Handler) http.Handler {
	s.synced.Store(s.Synced == nil)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.synced.Load() && (strings.HasPrefix(r.URL.Path, "/api/v1/") || strings.HasPrefix(r.URL.Path, rootOf(ours)+"/")) {
			ctx, cancel := context.WithTimeout(r.Context(), firstLook)
			if s.Synced(ctx) == nil {
				s.synced.Store(true)
			}
			cancel()
		}
		next.ServeHTTP(w, r)
	})
}

// rootOf is where a group is served.
func rootOf(gv schema.GroupVersion) string {
	if gv.Group == "" {
		return "/api/" + gv.Version
	}
	return "/apis/" + gv.String()
}

// clusterScoped serves one item of a resource without namespaces.
func (s *server) clusterScoped(gv schema.GroupVersion, plural string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.SetPathValue("resource", plural)
		s.serveResource(gv, w, r)
	}
}

// readOnly lets only reads and commands pass, and the questions that a client has
// to post.
func (s *server) readOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodGet, r.Method == http.MethodHead, isReview(r),
			r.Method == http.MethodPost && (isCommand(r.URL.Path) || r.URL.Path == v1alpha1.ApprovePath), streams.IsRequest(r), s.isWrite(r):
			next.ServeHTTP(w, r)
		default:
			w.Header().Set("Allow", "GET, HEAD")
			rest.WriteError(w, errReadOnly(r))
		}
	})
}

// howToWrite is what to do about an API that is read only.
const howToWrite = "the API is read only, edit the manifests instead, or run with --api-manifests"

func errReadOnly(r *http.Request) error {
	return rest.Errorf(http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed, "%s is not supported: "+howToWrite, r.Method)
}

func isReview(r *http.Request) bool {
	return r.Method == http.MethodPost &&
		(strings.HasPrefix(r.URL.Path, rootOf(authorization)) || strings.HasPrefix(r.URL.Path, rootOf(authentication)))
}

func (s *server) unknown(w http.ResponseWriter, r *http.Request) {
	rest.WriteError(w, rest.NoSuchPath(r))
}

// serveResource answers a list, a watch or a get.
func (s *server) serveResource(gv schema.GroupVersion, w http.ResponseWriter, r *http.Request) {
	res, found := s.find(gv, r.PathValue("resource"))
	if !found || res.clusterScoped && r.PathValue("namespace") != "" {
		rest.WriteError(w, rest.NoSuchPath(r))
		return
	}
	switch {
	case r.Method == http.MethodGet, r.Method == http.MethodHead:
	case !s.isWrite(r):
		rest.WriteError(w, rest.NoSuchPath(r))
		return
	default:
		s.serveWrite(res, w, r)
		return
	}
	form, err := negotiate(r)
	if err != nil {
		rest.WriteError(w, err)
		return
	}
	if isWatch(r) && res.track == nil {
		rest.WriteError(w, apierrors.NewMethodNotSupported(res.group(), "watch"))
		return
	}
	if name := r.PathValue("name"); name != "" && !isWatch(r) {
		err = s.get(res, form, w, r)
	} else {
		err = s.listOrWatch(res, form, w, r)
	}
	if err != nil {
		rest.WriteError(w, err)
	}
}

func (s *server) get(res resource, form form, w http.ResponseWriter, r *http.Request) error {
	items, _ := res.list(s.Store)
	namespace, name := r.PathValue("namespace"), r.PathValue("name")
	for _, i := range items {
		if i.meta.Namespace == namespace && i.meta.Name == name {
			rest.WriteJSON(w, http.StatusOK, form.one(res, i, s.Now()))
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
	page, err := parsePage(r)
	if err != nil {
		return err
	}
	items, version := res.list(s.Store)
	items, meta, err := page.cut(s.Store, sel.filter(items), version)
	if err != nil {
		return err
	}
	rest.WriteJSON(w, http.StatusOK, form.list(res, items, meta, s.Now()))
	return nil
}
