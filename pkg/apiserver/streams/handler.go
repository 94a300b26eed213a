// SPDX-License-Identifier: Apache-2.0

package streams

import (
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Logs reads the output of containers.
type Logs interface {
	// Logs writes the output of a container to w, oldest line first. Each write
	// consists of whole lines. It returns when everything is written or, with
	// Follow, when the container exits, when ctx ends or when w returns an error.
	// The error has the code engine.NotFound if there is no container.
	Logs(ctx context.Context, k spec.Key, opts v1alpha1.LogOptions, w io.Writer) error
}

// Exec runs commands in containers.
type Exec interface {
	// Exec runs a command in a container and returns its exit code. It returns
	// early when ctx ends, and does not wait for Stdin. The error has the code
	// engine.NotFound if there is no running container.
	Exec(ctx context.Context, k spec.Key, opts v1alpha1.ExecOptions) (int, error)
}

// Dialer connects to the ports of containers.
type Dialer interface {
	// DialPort connects to a TCP port of a container.
	DialPort(ctx context.Context, k spec.Key, port int) (net.Conn, error)
}

// Reports reads the reports of containers.
type Reports interface {
	Get(k spec.Key) (status.Report, bool)
}

// Options are the dependencies of a Handler. Logs, Exec and Dialer may be nil; a
// request for one that is nil is answered with 404.
type Options struct {
	Reports Reports
	Logs    Logs
	Exec    Exec
	Dialer  Dialer
	Now     func() time.Time
}

// Handler serves logs, exec and port-forward.
type Handler struct{ opts Options }

// New returns a Handler.
func New(opts Options) *Handler { return &Handler{opts} }

// Register adds the handlers of a collection of containers to a mux. The path of
// the collection contains {namespace}.
func (h *Handler) Register(mux *http.ServeMux, collection string) {
	mux.HandleFunc(collection+"/{name}/log", h.withContainer(h.opts.Logs != nil, h.serveLog))
	mux.HandleFunc(collection+"/{name}/exec", h.withContainer(h.opts.Exec != nil, h.serveExec))
	mux.HandleFunc(collection+"/{name}/portforward", h.withContainer(h.opts.Dialer != nil, h.servePortForward))
}

// IsRequest returns whether a request opens streams by POST, as kubectl does.
func IsRequest(r *http.Request) bool {
	return r.Method == http.MethodPost &&
		(strings.HasSuffix(r.URL.Path, "/exec") || strings.HasSuffix(r.URL.Path, "/portforward"))
}

// withContainer returns a handler that passes on the container in the path of the
// request. It responds with 404 if the container is unknown, or unless served.
func (h *Handler) withContainer(served bool, serve func(http.ResponseWriter, *http.Request, spec.Key)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !served {
			rest.WriteError(w, rest.NoSuchPath(r))
			return
		}
		k, err := h.container(r)
		if err != nil {
			rest.WriteError(w, err)
			return
		}
		serve(w, r, k)
	}
}

// container returns the container in the path of a request.
func (h *Handler) container(r *http.Request) (spec.Key, error) {
	k := spec.Key{Kind: spec.KindContainer, Namespace: r.PathValue("namespace"), Name: r.PathValue("name")}
	if _, found := h.opts.Reports.Get(k); !found {
		return k, apierrors.NewNotFound(schema.GroupResource{Group: v1alpha1.Group, Resource: "containers"}, k.Name)
	}
	if c := r.URL.Query().Get("container"); c != "" && c != k.Name {
		return k, apierrors.NewBadRequest("container " + strconv.Quote(c) + " is not valid for " + k.Name)
	}
	return k, nil
}
