// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"net/http"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func TestConnection(t *testing.T) {
	id := containerID("x")
	t.Run("a missing socket is Unreachable", func(t *testing.T) {
		e, err := New(Options{Host: "unix://" + t.TempDir() + "/none.sock"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Info(t.Context())
		wantCode(t, err, engine.Unreachable)
	})
	t.Run("a hang ends with the default deadline as Timeout", func(t *testing.T) {
		f, e := newFake(t, Options{Timeout: soon})
		f.mux.HandleFunc("POST /containers/x/start", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		wantCode(t, e.Start(t.Context(), id), engine.Timeout)
	})
	t.Run("a hang ends with the caller's deadline as Timeout", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.mux.HandleFunc("GET /containers/x/json", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		ctx, cancel := context.WithTimeout(t.Context(), soon)
		defer cancel()
		_, err := e.Get(ctx, id)
		wantCode(t, err, engine.Timeout)
	})
	t.Run("a cancelled call is Canceled", func(t *testing.T) {
		f, e := newFake(t, Options{})
		ctx, cancel := context.WithCancel(t.Context())
		f.mux.HandleFunc("POST /containers/x/start", func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		})
		wantCode(t, e.Start(ctx, id), engine.Canceled)
	})
	t.Run("a connection that breaks before the response is Unreachable", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.mux.HandleFunc("POST /containers/x/start", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		wantCode(t, e.Start(t.Context(), id), engine.Unreachable)
	})
	t.Run("a connection that breaks within the response is Unreachable", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.mux.HandleFunc("GET /containers/x/json", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"Id":"x",`))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		})
		_, err := e.Get(t.Context(), id)
		wantCode(t, err, engine.Unreachable)
	})
	t.Run("a refused API version is negotiated again", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("POST /containers/x/start",
			reply{http.StatusBadRequest, "client version 1.41 is too old. Minimum supported API version is 1.44"}, reply{http.StatusNoContent, nil})
		before := e.client.Load()
		wantCode(t, e.Start(t.Context(), id), engine.Unreachable)
		if e.client.Load() == before {
			t.Fatal("the client was not replaced")
		}
		if err := e.Start(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	})
}
