// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/serve"
	"github.com/pact-toolbox/reconciler/pkg/statedir"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// anything returns a handler that serves all paths except the access data.
func anything() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == v1alpha1.AccessPath {
			rest.WriteError(w, rest.NoSuchPath(r))
			return
		}
		rest.WriteText(w, http.StatusOK, "ok")
	})
}

func get(t *testing.T, h http.Handler, path, host string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
	r.Host, r.Header = host, header
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAuthorized(t *testing.T) {
	handler := serve.Authorized(anything(), "secret", "dev.example")
	const bearer, path = "Bearer secret", "/apis"
	for name, tc := range map[string]struct {
		host, token, path string
		code              int
	}{
		"the token is accepted":                       {"127.0.0.1:8443", bearer, path, http.StatusOK},
		"localhost is served":                         {"localhost:8443", bearer, path, http.StatusOK},
		"an IP address is served":                     {"[::1]:8443", bearer, path, http.StatusOK},
		"the configured host is served":               {"dev.example", bearer, path, http.StatusOK},
		"another host is not served":                  {"evil.example:8443", bearer, path, http.StatusForbidden},
		"health of another host is not served":        {"evil.example", "", "/healthz", http.StatusForbidden},
		"a missing token is refused":                  {"127.0.0.1", "", path, http.StatusUnauthorized},
		"a wrong token is refused":                    {"127.0.0.1", "Bearer secre", path, http.StatusUnauthorized},
		"an empty token is refused":                   {"127.0.0.1", "Bearer ", "/metrics", http.StatusUnauthorized},
		"another scheme is refused":                   {"127.0.0.1", "Basic secret", "/api", http.StatusUnauthorized},
		"health requires no token":                    {"127.0.0.1", "", "/healthz", http.StatusOK},
		"readiness requires no token":                 {"127.0.0.1", "", "/readyz", http.StatusOK},
		"a path that resembles health requires one":   {"127.0.0.1", "", "/healthz/", http.StatusUnauthorized},
		"a path below readiness requires one as well": {"127.0.0.1", "", "/readyz/x", http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			w := get(t, handler, tc.path, tc.host, http.Header{"Authorization": {tc.token}})
			if w.Code != tc.code {
				t.Errorf("%d %s, want %d", w.Code, w.Body, tc.code)
			}
			if got := w.Header().Get("Access-Control-Allow-Origin"); got != "" {
				t.Errorf("pages of %s may read it", got)
			}
		})
	}
}

func TestWithAccess(t *testing.T) {
	handler := serve.WithAccess(anything(), v1alpha1.Access{Server: "https://127.0.0.1:1"})
	t.Run("the access data are served", func(t *testing.T) {
		w := get(t, handler, v1alpha1.AccessPath, "reconciler", nil)
		var got v1alpha1.Access
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Server != "https://127.0.0.1:1" {
			t.Errorf("%d %s, %v", w.Code, w.Body, err)
		}
	})
	t.Run("web pages are refused", func(t *testing.T) {
		w := get(t, handler, v1alpha1.AccessPath, "reconciler", http.Header{"Origin": {"null"}})
		var s metav1.Status
		if err := json.Unmarshal(w.Body.Bytes(), &s); err != nil || s.Code != http.StatusForbidden || s.Reason != metav1.StatusReasonForbidden {
			t.Errorf("%d %s, %v", w.Code, w.Body, err)
		}
	})
	t.Run("other paths are passed on", func(t *testing.T) {
		if w := get(t, handler, "/apis", "reconciler", nil); w.Code != http.StatusOK {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

func TestListenTCP(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.com:0"} {
		t.Run("refuses "+address, func(t *testing.T) {
			if _, err := serve.ListenTCP(t.Context(), address, false); !errors.Is(err, serve.ErrRemote) {
				t.Error(err)
			}
		})
	}
	for address, remote := range map[string]bool{"127.0.0.1:0": false, "localhost:0": false, ":0": true} {
		t.Run("listens on "+address, func(t *testing.T) {
			l, err := serve.ListenTCP(t.Context(), address, remote)
			if err != nil {
				t.Fatal(err)
			}
			_ = l.Close()
		})
	}
	t.Run("a missing port is an error", func(t *testing.T) {
		if _, err := serve.ListenTCP(t.Context(), "127.0.0.1", false); err == nil {
			t.Error("no error")
		}
	})
}

func TestLoadCredentials(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "default.pem")
	load := func(host string, now time.Time) serve.Credentials {
		t.Helper()
		c, err := serve.LoadCredentials(path, host, now)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := load("127.0.0.1", epoch)
	t.Run("only their owner can access them", func(t *testing.T) {
		for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): os.ModeDir | 0o700} {
			if info, err := os.Stat(name); err != nil || info.Mode() != want {
				t.Errorf("%s: %v, %v", name, info.Mode(), err)
			}
		}
		if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
			t.Errorf("%v, %v", entries, err)
		}
	})
	t.Run("they are kept", func(t *testing.T) {
		if again := load("localhost", epoch.Add(time.Hour)); again.Token != first.Token || !bytes.Equal(again.CA, first.CA) {
			t.Error("they changed")
		}
	})
	t.Run("they are renewed before they expire", func(t *testing.T) {
		later := load("127.0.0.1", first.Certificate.Leaf.NotAfter.Add(-24*time.Hour))
		if later.Token == first.Token {
			t.Error("they did not change")
		}
	})
	t.Run("they are renewed for another host", func(t *testing.T) {
		c := load("192.0.2.7", epoch)
		if err := c.Certificate.Leaf.VerifyHostname("192.0.2.7"); err != nil {
			t.Error(err)
		}
	})
	t.Run("they are renewed if the file is invalid", func(t *testing.T) {
		if err := os.WriteFile(path, []byte("nonsense"), 0o600); err != nil {
			t.Fatal(err)
		}
		if c := load("127.0.0.1", epoch); c.Token == "" {
			t.Error("no token")
		}
	})
	t.Run("a file that other users can read is an error", func(t *testing.T) {
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
		if _, err := serve.LoadCredentials(path, "127.0.0.1", epoch); err == nil {
			t.Error("no error")
		}
	})
	t.Run("credentials of another user are refused", func(t *testing.T) {
		if os.Geteuid() != 0 {
			t.Skip("only root can change the owner")
		}
		planted := filepath.Join(t.TempDir(), "c.pem")
		if _, err := serve.LoadCredentials(planted, "127.0.0.1", epoch); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(planted, 12345, -1); err != nil {
			t.Fatal(err)
		}
		if _, err := serve.LoadCredentials(planted, "127.0.0.1", epoch); !errors.Is(err, statedir.ErrUnsafe) {
			t.Errorf("got %v", err)
		}
	})
}

func TestServeTLS(t *testing.T) {
	c, err := serve.LoadCredentials(filepath.Join(t.TempDir(), "c.pem"), "127.0.0.1", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l, err := serve.ListenTCP(ctx, "127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- serve.TLS(ctx, l, c, "127.0.0.1", anything(), slog.New(slog.DiscardHandler))
	}()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(c.CA)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS13}, ForceAttemptHTTP2: true}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+l.Addr().String()+"/apis", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.Token)
	resp, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK || resp.ProtoMajor != 2 {
		t.Errorf("%s %s %s, %v", resp.Proto, resp.Status, body, err)
	}
	transport.CloseIdleConnections()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestCheckDirectory(t *testing.T) {
	for name, tc := range map[string]struct {
		mode os.FileMode
		ok   bool
	}{
		"private":                      {0o700, true},
		"readable by others":           {0o755, true},
		"writable by others":           {0o777, false},
		"writable by the group":        {0o770, false},
		"writable with the sticky bit": {0o777 | os.ModeSticky, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Chmod(dir, tc.mode); err != nil {
				t.Fatal(err)
			}
			if err := serve.CheckDirectory(filepath.Join(dir, "s")); (err == nil) != tc.ok {
				t.Error(err)
			}
		})
	}
	t.Run("owned by another user", func(t *testing.T) {
		if os.Geteuid() != 0 {
			t.Skip("only root can change the owner")
		}
		dir := t.TempDir()
		if err := os.Chown(dir, 12345, -1); err != nil {
			t.Fatal(err)
		}
		if err := serve.CheckDirectory(filepath.Join(dir, "s")); err == nil {
			t.Error("no error")
		}
	})
}
