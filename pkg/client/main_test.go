// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/serve"
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// keyOf returns the key of a container in the namespace shop.
func keyOf(name string) spec.Key {
	return spec.Key{Kind: spec.KindContainer, Namespace: "shop", Name: name}
}

// report returns the report of a container that runs or is pending.
func report(name string, running bool) status.Report {
	k := keyOf(name)
	return status.Report{
		Key: k, UID: "uid-" + name, FirstSeen: epoch,
		Object: spec.Object{
			Kind:      k.Kind,
			Metadata:  spec.Metadata{Name: name, Namespace: k.Namespace, Labels: map[string]string{"app": name}},
			Container: &spec.Container{Image: "example/" + name}, Generation: 1,
		},
		Status: v1alpha1.Status{
			Phase:      map[bool]string{true: "Running", false: "Pending"}[running],
			Conditions: []condition.Condition{condition.Make(condition.Ready, condition.Bool(running), condition.ReasonRunning, "", 1)},
		},
	}
}

type logs struct{}

func (logs) Logs(_ context.Context, k spec.Key, opts v1alpha1.LogOptions, w io.Writer) error {
	if k.Name == "silent" {
		return engine.Errorf("logs", engine.NotFound, "no container")
	}
	_, err := io.WriteString(w, strings.Join([]string{"one\n", "two\n", "three\n"}[3-min(opts.Tail, 3):], ""))
	return err
}

// server serves a store on a socket. It can be stopped and started again.
type server struct {
	*status.Store
	t      *testing.T
	socket string
	stop   func()
}

func newServer(t *testing.T, history int) *server {
	t.Helper()
	s := &server{
		Store:  status.NewStore(status.Options{History: history}),
		t:      t,
		socket: filepath.Join(t.TempDir(), "r", "s.sock"),
	}
	s.SetController(v1alpha1.Controller{Instance: "default", Synced: true})
	s.start()
	t.Cleanup(func() { s.stop() })
	return s
}

func (s *server) start() {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	listener, err := serve.Listen(ctx, s.socket)
	if err != nil {
		s.t.Fatal(err)
	}
	done := make(chan error, 1)
	handler := apiserver.New(apiserver.Options{Store: s.Store, Logs: logs{}, Exec: commands{}, Approve: guard, Version: "v0.1.0"})
	go func() { done <- serve.HTTP(ctx, listener, handler, slog.New(slog.DiscardHandler)) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Error(err)
		}
	})
}

// guard holds back the deletion of the first of the objects.
func guard(keys []spec.Key) []spec.Key { return keys[:min(1, len(keys))] }

// client returns a Client of the server that hardly pauses.
func (s *server) client() *Client {
	c := New(s.socket)
	c.pause = time.Millisecond
	return c
}

// updater is a store, or a fixture that has one.
type updater interface {
	Update(k spec.Key, change func(status.Report) status.Report)
}

// publish replaces the report of its key.
func publish(s updater, r status.Report) {
	s.Update(r.Key, func(status.Report) status.Report { return r })
}
