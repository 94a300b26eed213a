// SPDX-License-Identifier: Apache-2.0

package streams_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/serve"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/streams"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

const (
	containersPath = "/apis/reconciler.dev/v1alpha1/namespaces/default/containers"
	podsPath       = "/api/v1/namespaces/default/pods"
)

// container returns the report of a container in the namespace default.
func container(name string) status.Report {
	k := spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: name}
	return status.Report{Key: k, UID: "uid-" + name, FirstSeen: epoch}
}

// fixture is a handler and the store that it reads. The time is three hours after
// epoch.
type fixture struct {
	*status.Store
	t       *testing.T
	handler http.Handler
}

// newFixture returns a fixture with the container web.
func newFixture(t *testing.T, opts streams.Options) *fixture {
	t.Helper()
	store := status.NewStore(status.Options{})
	opts.Reports = store
	opts.Now = func() time.Time { return epoch.Add(3 * time.Hour) }
	h, mux := streams.New(opts), http.NewServeMux()
	h.Register(mux, "/apis/reconciler.dev/v1alpha1/namespaces/{namespace}/containers")
	h.Register(mux, "/api/v1/namespaces/{namespace}/pods")
	f := &fixture{Store: store, t: t, handler: mux}
	f.set(container("web"))
	return f
}

// set replaces the report of a container.
func (f *fixture) set(r status.Report) {
	f.Update(r.Key, func(status.Report) status.Report { return r })
}

func (f *fixture) get(path string) *httptest.ResponseRecorder {
	return f.request(http.MethodGet, path, nil)
}

func (f *fixture) request(method, path string, header http.Header) *httptest.ResponseRecorder {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), method, path, http.NoBody)
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return w
}

func wantStatus(t *testing.T, w *httptest.ResponseRecorder, code int32, reason metav1.StatusReason) {
	t.Helper()
	var s metav1.Status
	if err := json.Unmarshal(w.Body.Bytes(), &s); err != nil {
		t.Fatalf("%v in %d %s", err, w.Code, w.Body)
	}
	if w.Code != int(code) || s.Code != code || s.Reason != reason || s.Kind != "Status" || s.Message == "" {
		t.Errorf("want %d %s, got %d %s", code, reason, w.Code, w.Body)
	}
}

// pipeListener is a listener of connections in memory, so that a synctest bubble
// with open connections can be idle.
type pipeListener struct {
	conns chan net.Conn
	ended chan struct{}
	once  sync.Once
}

func (p *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.ended:
		return nil, net.ErrClosed
	}
}

func (p *pipeListener) Close() error {
	p.once.Do(func() { close(p.ended) })
	return nil
}

func (p *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "unix"} }

// serve serves the handler until the end of the test, and returns a function that
// connects to it.
func (f *fixture) serve() (dial func() net.Conn) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(f.t.Context()))
	p := &pipeListener{conns: make(chan net.Conn), ended: make(chan struct{})}
	done := make(chan error, 1)
	go func() { done <- serve.HTTP(ctx, p, f.handler, slog.New(slog.DiscardHandler)) }()
	f.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			f.t.Error(err)
		}
	})
	return func() net.Conn {
		here, there := net.Pipe()
		p.conns <- there
		return here
	}
}
