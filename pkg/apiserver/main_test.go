// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/serve"
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// epoch is the creation time of the resources.
var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

const (
	root       = "/apis/reconciler.dev/v1alpha1"
	containers = root + "/namespaces/default/containers"
	tableJSON  = "application/json;as=Table;v=v1;g=meta.k8s.io"
)

func key(kind spec.Kind, name string) spec.Key {
	return spec.Key{Kind: kind, Namespace: "default", Name: name}
}

func container(name, phase string, ready bool) status.Report {
	k := key(spec.KindContainer, name)
	return status.Report{
		Key: k,
		UID: "uid-" + name,
		Object: spec.Object{
			Kind:       k.Kind,
			Metadata:   spec.Metadata{Name: name, Namespace: k.Namespace, Labels: map[string]string{"app": name}},
			Container:  &spec.Container{Image: "example/" + name + ":1"},
			Generation: 2,
		},
		FirstSeen: epoch,
		Status: v1alpha1.Status{
			Phase: phase,
			Conditions: condition.Merge(nil, []condition.Condition{
				condition.Make(condition.Ready, condition.Bool(ready), condition.ReasonRunning, "because", 2),
			}, epoch),
		},
	}
}

func event(name, message string) status.Event {
	return status.Event{
		Key: key(spec.KindContainer, name), Type: status.Normal, Reason: "Started", Message: message,
		First: epoch, Last: epoch,
	}
}

// fixture is a store and a handler that serves it. The time is three hours after
// epoch.
type fixture struct {
	*status.Store
	t       *testing.T
	handler http.Handler
}

func newFixture(t *testing.T, change ...func(*apiserver.Options)) *fixture {
	t.Helper()
	opts := apiserver.Options{
		Store:   status.NewStore(status.Options{History: 16}),
		Version: "v0.1.0",
		Now:     func() time.Time { return epoch.Add(3 * time.Hour) },
	}
	for _, c := range change {
		c(&opts)
	}
	return &fixture{Store: opts.Store, t: t, handler: apiserver.New(opts)}
}

// get returns the response to a GET with pairs of headers.
func (f *fixture) get(path string, headers ...string) *httptest.ResponseRecorder {
	f.t.Helper()
	return f.request(http.MethodGet, path, headers...)
}

func (f *fixture) request(method, path string, headers ...string) *httptest.ResponseRecorder {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), method, path, http.NoBody)
	for i := 0; i < len(headers); i += 2 {
		setHeader(r, headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return w
}

// decode decodes a successful response.
func decode[T any](t *testing.T, w *httptest.ResponseRecorder) T {
	t.Helper()
	var out T
	if w.Code != http.StatusOK {
		t.Fatalf("code %d: %s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return out
}

// pipes is a listener of connections in memory, so that a synctest bubble with open
// connections can be idle.
type pipes struct {
	conns chan net.Conn
	ended chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), ended: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.ended:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.ended) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "unix"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.ended:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// service is a fixture that is served in a synctest bubble.
type service struct {
	*fixture
	client *http.Client
	// stop ends the server and returns its error.
	stop    func() error
	watches []*watching
}

func (f *fixture) serve() *service {
	ctx, cancel := context.WithCancel(f.t.Context())
	p := newPipes()
	done := make(chan error, 1)
	go func() { done <- serve.HTTP(ctx, p, f.handler, slog.New(slog.DiscardHandler)) }()
	transport := &http.Transport{DialContext: p.dial}
	stop := sync.OnceValue(func() error {
		cancel()
		err := <-done
		transport.CloseIdleConnections()
		return err
	})
	return &service{fixture: f, client: &http.Client{Transport: transport}, stop: stop}
}

// watch starts a watch.
func (s *service) watch(path string, headers ...string) *watching {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, "http://reconciler"+path, http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		setHeader(r, headers[i], headers[i+1])
	}
	resp, err := s.client.Do(r) //nolint:bodyclose // the watching closes it
	if err != nil {
		s.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(resp.Body)
		s.t.Fatalf("watch: %s: %s", resp.Status, text)
	}
	w := &watching{t: s.t, body: resp.Body, lines: bufio.NewReader(resp.Body)}
	s.watches = append(s.watches, w)
	return w
}

// closeAll closes the watches at the client: a pipe has no buffer, so that the server
// could not send their end.
func (s *service) closeAll() {
	for _, w := range s.watches {
		w.close()
	}
}

type watching struct {
	t     *testing.T
	body  io.ReadCloser
	lines *bufio.Reader
}

// next returns the next event, or io.EOF at the regular end of the watch.
func (w *watching) next() (apiserver.WatchEvent, error) {
	line, err := w.lines.ReadBytes('\n')
	if err != nil {
		return apiserver.WatchEvent{}, err
	}
	var e apiserver.WatchEvent
	if err := json.Unmarshal(line, &e); err != nil {
		w.t.Fatalf("%v in %s", err, line)
	}
	return e, nil
}

// object returns the type of the next event and its object.
func (w *watching) object() (status.ChangeType, v1alpha1.Object) {
	w.t.Helper()
	e, err := w.next()
	if err != nil {
		w.t.Fatal(err)
	}
	var o v1alpha1.Object
	if err := json.Unmarshal(e.Object, &o); err != nil {
		w.t.Fatal(err)
	}
	return e.Type, o
}

// words returns the next n events, for example "ADDED web Running".
func (w *watching) words(n int) []string {
	w.t.Helper()
	var out []string
	for range n {
		t, o := w.object()
		out = append(out, string(t)+" "+o.Name+" "+o.Status.Phase)
	}
	return out
}

// table returns the table in the next event.
func (w *watching) table() metav1.Table {
	w.t.Helper()
	e, err := w.next()
	if err != nil {
		w.t.Fatal(err)
	}
	var table metav1.Table
	if err := json.Unmarshal(e.Object, &table); err != nil {
		w.t.Fatal(err)
	}
	return table
}

func (w *watching) close() { _ = w.body.Close() }

func setHeader(r *http.Request, name, value string) {
	if name == "Host" {
		r.Host = value
		return
	}
	r.Header.Set(name, value)
}

// updater is a store, or a fixture that has one.
type updater interface {
	Update(k spec.Key, change func(status.Report) status.Report)
}

// publish replaces the report of its key.
func publish(s updater, r status.Report) {
	s.Update(r.Key, func(status.Report) status.Report { return r })
}
