// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver"
)

func TestAuthorized(t *testing.T) {
	f := populated(t)
	f.handler = apiserver.Authorized(f.handler, "secret", "dev.example")
	const bearer = "Bearer secret"
	for name, tc := range map[string]struct {
		host, token, path string
		code              int
	}{
		"the token opens":                   {"127.0.0.1:8443", bearer, containers, http.StatusOK},
		"localhost is known":                {"localhost:8443", bearer, containers, http.StatusOK},
		"an address is known":               {"[::1]:8443", bearer, containers, http.StatusOK},
		"the host that was named is known":  {"dev.example", bearer, containers, http.StatusOK},
		"a name from elsewhere is not":      {"evil.example:8443", bearer, containers, http.StatusForbidden},
		"nor for those who need no token":   {"evil.example", "", "/healthz", http.StatusForbidden},
		"no token opens nothing":            {"127.0.0.1", "", containers, http.StatusUnauthorized},
		"a wrong token opens nothing":       {"127.0.0.1", "Bearer secre", containers, http.StatusUnauthorized},
		"an empty token opens nothing":      {"127.0.0.1", "Bearer ", "/metrics", http.StatusUnauthorized},
		"another scheme opens nothing":      {"127.0.0.1", "Basic secret", "/api", http.StatusUnauthorized},
		"health needs no token":             {"127.0.0.1", "", "/healthz", http.StatusOK},
		"readiness needs none":              {"127.0.0.1", "", "/readyz", http.StatusOK},
		"what is like health does need one": {"127.0.0.1", "", "/healthz/", http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			w := f.get(tc.path, "Host", tc.host, "Authorization", tc.token)
			if w.Code != tc.code {
				t.Errorf("%d %s, want %d", w.Code, w.Body, tc.code)
			}
			if got := w.Header().Get("Access-Control-Allow-Origin"); got != "" {
				t.Errorf("pages of %s may read it", got)
			}
		})
	}
	t.Run("web pages are refused even with the token", func(t *testing.T) {
		w := f.get(containers, "Host", "127.0.0.1", "Authorization", bearer, "Origin", "https://127.0.0.1:8443")
		wantStatus(t, w, http.StatusForbidden, metav1.StatusReasonForbidden)
	})
	t.Run("the access is told on the socket alone", func(t *testing.T) {
		wantStatus(t, f.get(v1alpha1.AccessPath, "Host", "127.0.0.1", "Authorization", bearer), http.StatusNotFound, metav1.StatusReasonNotFound)
		f.handler = apiserver.WithAccess(f.handler, v1alpha1.Access{Server: "https://127.0.0.1:1"})
		if got := decode[v1alpha1.Access](t, f.get(v1alpha1.AccessPath)); got.Server != "https://127.0.0.1:1" {
			t.Errorf("%+v", got)
		}
		wantStatus(t, f.get(v1alpha1.AccessPath, "Origin", "null"), http.StatusForbidden, metav1.StatusReasonForbidden)
	})
}

func TestListenTCP(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.com:0"} {
		t.Run("refuses "+address, func(t *testing.T) {
			if _, err := apiserver.ListenTCP(t.Context(), address, false); !errors.Is(err, apiserver.ErrRemote) {
				t.Error(err)
			}
		})
	}
	for address, remote := range map[string]bool{"127.0.0.1:0": false, "localhost:0": false, ":0": true} {
		t.Run("listens on "+address, func(t *testing.T) {
			l, err := apiserver.ListenTCP(t.Context(), address, remote)
			if err != nil {
				t.Fatal(err)
			}
			_ = l.Close()
		})
	}
	t.Run("wants a port", func(t *testing.T) {
		if _, err := apiserver.ListenTCP(t.Context(), "127.0.0.1", false); err == nil {
			t.Error("no error")
		}
	})
}

func TestLoadCredentials(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "default.pem")
	load := func(host string, now time.Time) apiserver.Credentials {
		t.Helper()
		c, err := apiserver.LoadCredentials(path, host, now)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := load("127.0.0.1", epoch)
	t.Run("they are their owner's alone", func(t *testing.T) {
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
			t.Error("they are others")
		}
	})
	t.Run("they are made anew before they expire", func(t *testing.T) {
		later := load("127.0.0.1", first.Certificate.Leaf.NotAfter.Add(-24*time.Hour))
		if later.Token == first.Token {
			t.Error("they are the same")
		}
	})
	t.Run("and for a host that they do not serve", func(t *testing.T) {
		c := load("192.0.2.7", epoch)
		if err := c.Certificate.Leaf.VerifyHostname("192.0.2.7"); err != nil {
			t.Error(err)
		}
	})
	t.Run("and when the file is spoilt", func(t *testing.T) {
		if err := os.WriteFile(path, []byte("nonsense"), 0o600); err != nil {
			t.Fatal(err)
		}
		if c := load("127.0.0.1", epoch); c.Token == "" {
			t.Error("no token")
		}
	})
	t.Run("a file that others can read is refused", func(t *testing.T) {
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
		if _, err := apiserver.LoadCredentials(path, "127.0.0.1", epoch); err == nil {
			t.Error("no error")
		}
	})
}

func TestServeTLS(t *testing.T) {
	f := populated(t)
	c, err := apiserver.LoadCredentials(filepath.Join(t.TempDir(), "c.pem"), "127.0.0.1", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l, err := apiserver.ListenTCP(ctx, "127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- apiserver.ServeTLS(ctx, l, c, "127.0.0.1", f.handler, slog.New(slog.DiscardHandler))
	}()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(c.CA)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS13}, ForceAttemptHTTP2: true}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+l.Addr().String()+containers, http.NoBody)
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

func TestCheckFolder(t *testing.T) {
	for name, tc := range map[string]struct {
		mode os.FileMode
		ok   bool
	}{
		"the owner's alone":             {0o700, true},
		"that others can read":          {0o755, true},
		"that others can write":         {0o777, false},
		"that the group can write":      {0o770, false},
		"where each has what is theirs": {0o777 | os.ModeSticky, true},
	} {
		t.Run("one "+name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Chmod(dir, tc.mode); err != nil {
				t.Fatal(err)
			}
			if err := apiserver.CheckFolder(filepath.Join(dir, "s")); (err == nil) != tc.ok {
				t.Error(err)
			}
		})
	}
	t.Run("a stranger's", func(t *testing.T) {
		if os.Geteuid() != 0 {
			t.Skip("only root can give a folder away")
		}
		dir := t.TempDir()
		if err := os.Chown(dir, 12345, -1); err != nil {
			t.Fatal(err)
		}
		if err := apiserver.CheckFolder(filepath.Join(dir, "s")); err == nil {
			t.Error("no error")
		}
	})
}
