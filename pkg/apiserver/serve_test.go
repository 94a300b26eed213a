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

	"github.com/pact-toolbox/reconciler/pkg/apiserver"
)

// listen listens at a path of a test and closes the listener at its end.
func listen(t *testing.T, path string) net.Listener {
	t.Helper()
	l, err := apiserver.Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func dials(t *testing.T, path string) error {
	t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "unix", path)
	if err != nil {
		return err
	}
	return conn.Close()
}

// stale leaves a socket behind, as a killed controller does.
func stale(t *testing.T, path string) {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path); err != nil {
		t.Fatalf("no stale socket: %v", err)
	}
}

func TestListen(t *testing.T) {
	t.Run("the socket and its folder are their owner's alone", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "new", "default.sock")
		listen(t, path)
		for name, want := range map[string]fs.FileMode{
			path:               fs.ModeSocket | 0o600,
			filepath.Dir(path): fs.ModeDir | 0o700,
		} {
			info, err := os.Lstat(name)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode() != want {
				t.Errorf("%s: mode %v, want %v", name, info.Mode(), want)
			}
		}
	})
	t.Run("nothing but the socket is in the folder", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "default.sock")
		listen(t, path)
		entries, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(entries) != 1 || entries[0].Name() != "default.sock" {
			t.Errorf("%v, %v", entries, err)
		}
	})
	t.Run("a stale socket is replaced", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "default.sock")
		stale(t, path)
		listen(t, path)
		if err := dials(t, path); err != nil {
			t.Error(err)
		}
	})
	t.Run("a socket that answers is left alone", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "default.sock")
		listen(t, path)
		if _, err := apiserver.Listen(t.Context(), path); !errors.Is(err, apiserver.ErrInUse) {
			t.Errorf("want ErrInUse, got %v", err)
		}
		if err := dials(t, path); err != nil {
			t.Errorf("the first one: %v", err)
		}
	})
	t.Run("a file that is no socket is left alone", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "default.sock")
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := apiserver.Listen(t.Context(), path); err == nil {
			t.Error("it listens")
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != "mine" {
			t.Errorf("%q, %v", data, err)
		}
	})
	t.Run("a socket that another has put in its place outlives it", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "default.sock")
		first := listen(t, path)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		listen(t, path)
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		if err := dials(t, path); err != nil {
			t.Error(err)
		}
	})
}

func TestServe(t *testing.T) {
	f := populated(t)
	path := filepath.Join(t.TempDir(), "run", "default.sock")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l, err := apiserver.Listen(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.DiscardHandler)
	ended := make(chan error, 1)
	go func() { ended <- apiserver.ServeListener(ctx, l, f.handler, logger) }()

	t.Run("refuses to take the place of one that answers", func(t *testing.T) {
		if _, err := apiserver.Listen(ctx, path); !errors.Is(err, apiserver.ErrInUse) {
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
		t.Errorf("the watch ends with %v", err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
}
