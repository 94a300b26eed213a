// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// pendingInput is an input whose Read returns when it is released.
type pendingInput struct {
	released chan struct{}
	returned atomic.Bool
}

func (p *pendingInput) Read([]byte) (int, error) {
	<-p.released
	p.returned.Store(true)
	return 0, io.EOF
}

// serveExec serves a command that exits at once with a code.
func serveExec(f *fake, code int) {
	f.answer("POST /containers/x/exec", reply{http.StatusCreated, object{"Id": "e"}})
	f.answer("GET /exec/e/json", reply{http.StatusOK, object{"ID": "e", "ExitCode": code}})
	f.mux.HandleFunc("POST /exec/e/start", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "tcp")
		w.WriteHeader(http.StatusSwitchingProtocols)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	})
}

func TestExecInput(t *testing.T) {
	t.Run("does not delay the result", func(t *testing.T) {
		f, e := newFake(t, Options{})
		serveExec(f, 3)
		in := &pendingInput{released: make(chan struct{})}
		defer close(in.released)
		code, err := e.Exec(t.Context(), containerID("x"), engine.ExecOptions{Command: []string{"cat"}, Stdin: in})
		if err != nil || code != 3 || in.returned.Load() {
			t.Fatalf("code %d, error %v, read %t", code, err, in.returned.Load())
		}
	})
	t.Run("is waited for by Close", func(t *testing.T) {
		f, e := newFake(t, Options{})
		serveExec(f, 0)
		in := &pendingInput{released: make(chan struct{})}
		if _, err := e.Exec(t.Context(), containerID("x"), engine.ExecOptions{Command: []string{"cat"}, Stdin: in}); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(soon, func() { close(in.released) })
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		if !in.returned.Load() {
			t.Fatal("Close returned during a Read")
		}
	})
}
