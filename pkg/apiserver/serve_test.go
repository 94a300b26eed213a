// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/serve"
)

func TestServe(t *testing.T) {
	f := populated(t)
	path := filepath.Join(t.TempDir(), "run", "default.sock")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l, err := serve.Listen(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.DiscardHandler)
	ended := make(chan error, 1)
	go func() { ended <- serve.HTTP(ctx, l, f.handler, logger) }()

	t.Run("a socket in use is an error", func(t *testing.T) {
		if _, err := serve.Listen(ctx, path); !errors.Is(err, serve.ErrInUse) {
			t.Error(err)
		}
	})
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}}
	defer transport.CloseIdleConnections()
	s := &service{fixture: f, client: &http.Client{Transport: transport}}
	w := s.watch(containers + "?watch=true")
	defer w.close()
	if got := w.words(2); got[1] != "ADDED web Running" {
		t.Errorf("%q", got)
	}

	cancel()
	if _, err := w.next(); !errors.Is(err, io.EOF) {
		t.Errorf("the watch ended with %v", err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket still exists: %v", err)
	}
}
