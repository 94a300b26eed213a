// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"net/http"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
)

// collections serves the resources of the catalog.
type collections struct {
	reader
	*writer
}

// register adds the paths of all resources to a mux.
func (c collections) register(mux *http.ServeMux, resources catalog) {
	for _, gv := range []schema.GroupVersion{core, ours, metricsGroup, eventsGroup} {
		h := func(w http.ResponseWriter, r *http.Request) {
			res, found := resources.find(gv, r.PathValue("resource"))
			if !found || res.clusterScoped && r.PathValue("namespace") != "" {
				rest.WriteError(w, rest.NoSuchPath(r))
				return
			}
			c.serve(res, w, r)
		}
		mux.HandleFunc(rootOf(gv)+"/{resource}", h)
		mux.HandleFunc(rootOf(gv)+"/namespaces/{namespace}/{resource}", h)
		mux.HandleFunc(rootOf(gv)+"/namespaces/{namespace}/{resource}/{name}", h)
	}
	for _, res := range resources {
		if res.clusterScoped {
			mux.HandleFunc(rootOf(res.GroupVersion)+"/"+res.plural+"/{name}", func(w http.ResponseWriter, r *http.Request) {
				c.serve(res, w, r)
			})
		}
	}
}

// serve serves one request for a resource.
func (c collections) serve(res resource, w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodGet, r.Method == http.MethodHead:
		if err := c.read(res, w, r); err != nil {
			rest.WriteError(w, err)
		}
	case c.accepts(r):
		c.serveWrite(res, w, r)
	default:
		rest.WriteError(w, rest.NoSuchPath(r))
	}
}
