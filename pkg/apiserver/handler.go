// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/openapi"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/streams"
	"github.com/pact-toolbox/reconciler/pkg/editor"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Options are the dependencies of a handler. Only Store is required. A request that
// needs another one that is nil is answered with 404, unless stated otherwise.
type Options struct {
	Store *status.Store
	// Metrics serves /metrics.
	Metrics http.Handler
	// Logs, Exec and Dialer give access to containers.
	Logs   streams.Logs
	Exec   streams.Exec
	Dialer streams.Dialer
	// Plan returns the actions that the controller would take now, as text.
	Plan func(context.Context) (string, error)
	// Controller returns the state of the controller; nil means the state in the
	// store.
	Controller func() v1alpha1.Controller
	// Submit submits a user command for an object.
	Submit func(spec.Key, plan.Command) error
	// Approve approves the deletion of objects and returns the keys of those whose
	// deletion was held back; nil means that no deletion is ever held back.
	Approve func([]spec.Key) []spec.Key
	// Manifests changes manifests; nil means that the API is read-only.
	Manifests Manifests
	// Preview returns the object that would result from a change. It answers dry
	// runs if Manifests is nil; if both are nil, dry runs are refused.
	Preview func(editor.Change) (spec.Object, error)
	// Ready returns the checks of /readyz; nil means none.
	Ready func() []Check
	// Synced waits until the store has a report of every object, or ctx ends; nil
	// means that it has. Requests wait for it, because they would otherwise not
	// find objects that exist.
	Synced func(ctx context.Context) error
	// Version is the version of the controller, for example "v0.1.0".
	Version string
	// Node returns the host of the engine; nil means a host named "engine".
	Node func() kube.Machine
	// Now returns the time; nil means time.Now.
	Now func() time.Time
}

// New returns the handler of the API.
func New(opts Options) http.Handler {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Node == nil {
		opts.Node = func() kube.Machine { return kube.Machine{Name: "engine"} }
	}
	if opts.Controller == nil {
		opts.Controller = opts.Store.Controller
	}
	resources := newCatalog(opts)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { rest.WriteError(w, rest.NoSuchPath(r)) })
	discovery{resources}.register(mux)
	openapi.Register(mux, resources.describe(opts.Preview != nil))
	reviews{resources, opts.Manifests != nil}.register(mux)
	process{opts}.register(mux)
	commands{opts.Store, opts.Submit, opts.Approve}.register(mux)
	collections := collections{
		reader: reader{store: opts.Store, now: opts.Now, hub: newHub(opts.Store), cache: &changeCache{}},
		writer: &writer{store: opts.Store, manifests: opts.Manifests, preview: opts.Preview, approve: opts.Approve},
	}
	collections.register(mux, resources)
	access := streams.New(streams.Options{Reports: opts.Store, Logs: opts.Logs, Exec: opts.Exec, Dialer: opts.Dialer, Now: opts.Now})
	access.Register(mux, rootOf(ours)+"/namespaces/{namespace}/containers")
	access.Register(mux, rootOf(core)+"/namespaces/{namespace}/pods")
	return rest.RefuseBrowsers(refuseWrites(waitSynced(mux, opts.Synced), collections.accepts))
}

// rootOf returns the path of a group.
func rootOf(gv schema.GroupVersion) string {
	if gv.Group == "" {
		return "/api/" + gv.Version
	}
	return "/apis/" + gv.String()
}
