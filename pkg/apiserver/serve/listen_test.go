// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/serve"
)

// listen listens on a path until the end of the test.
func listen(t *testing.T, path string) net.Listener {
	t.Helper()
	l, err := serve.Listen(t.Context(), path)
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

// leaveStale leaves a socket behind, as a killed process does.
func leaveStale(t *testing.T, path string) {
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
	t.Run("only the owner can access the socket and its directory", func(t *testing.T) {
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
	t.Run("the directory contains only the socket", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "default.sock")
		listen(t, path)
		entries, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(entries) != 1 || entries[0].Name() != "default.sock" {
			t.Errorf("%v, %v", entries, err)
		}
	})
	t.Run("a stale socket is replaced", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "default.sock")
		leaveStale(t, path)
		listen(t, path)
		if err := dials(t, path); err != nil {
			t.Error(err)
		}
	})
	t.Run("a socket in use is kept", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "default.sock")
		listen(t, path)
		if _, err := serve.Listen(t.Context(), path); !errors.Is(err, serve.ErrInUse) {
			t.Errorf("want ErrInUse, got %v", err)
		}
		if err := dials(t, path); err != nil {
			t.Errorf("the first listener: %v", err)
		}
	})
	t.Run("a file other than a socket is kept", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "default.sock")
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := serve.Listen(t.Context(), path); err == nil {
			t.Error("no error")
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != "mine" {
			t.Errorf("%q, %v", data, err)
		}
	})
	t.Run("Close keeps the socket of another process", func(t *testing.T) {
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
