// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package docker

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/docker/docker/api/types/image"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// faulty is a registry on the loopback interface, from which engines pull without
// TLS. A test can replace its behaviour once the images are stored.
type faulty struct {
	host   string
	digest string
	fault  atomic.Pointer[func(w http.ResponseWriter, r *http.Request, serve http.Handler)]
}

// newFaulty serves app:1 for the engine's platform and app:other for another one.
func newFaulty(t *testing.T) *faulty {
	t.Helper()
	f := &faulty{}
	store := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fault := f.fault.Load(); fault != nil {
			(*fault)(w, r, store)
			return
		}
		store.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	f.host = strings.TrimPrefix(server.URL, "http://")
	f.digest = f.store(t, "1", "linux/"+runtime.GOARCH)
	f.store(t, "other", "linux/mips")
	t.Cleanup(func() { f.forget(t) })
	return f
}

// store stores an image for one platform, in an index as images for several
// platforms are, and returns the digest of the index.
func (f *faulty) store(t *testing.T, tag, platform string) string {
	t.Helper()
	img, err := random.Image(1<<20, 2)
	must(t, err)
	config, err := img.ConfigFile()
	must(t, err)
	config = config.DeepCopy()
	config.OS, config.Architecture, _ = strings.Cut(platform, "/")
	config.Config.Labels = map[string]string{"unique": rand.Text()}
	img, err = mutate.ConfigFile(img, config)
	must(t, err)
	index := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{
		Add:        img,
		Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: config.OS, Architecture: config.Architecture}},
	})
	ref, err := name.ParseReference(f.ref(tag))
	must(t, err)
	must(t, remote.WriteIndex(ref, index))
	digest, err := index.Digest()
	must(t, err)
	return digest.String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (f *faulty) ref(tag string) string { return f.host + "/app:" + tag }

// forget removes the pulled images from the engine.
func (f *faulty) forget(t *testing.T) {
	t.Helper()
	client := realEngine(t).client.Load()
	for _, ref := range []string{f.ref("1"), f.ref("other"), f.host + "/app@" + f.digest} {
		_, _ = client.ImageRemove(context.Background(), ref, image.RemoveOptions{PruneChildren: true})
	}
}

// guarded requires the user "user" with the password "secret".
func guarded(w http.ResponseWriter, r *http.Request, serve http.Handler) {
	if user, password, _ := r.BasicAuth(); user != "user" || password != "secret" {
		w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
		http.Error(w, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`, http.StatusUnauthorized)
		return
	}
	serve.ServeHTTP(w, r)
}

// answers returns a fault that answers each request with a registry error.
func answers(status int, code, message string) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"errors":[{"code":%q,"message":%q}]}`, code, message)
	}
}

// blobs returns a fault that applies to the responses with layers.
func blobs(bend func(http.ResponseWriter, *http.Request, []byte)) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, serve http.Handler) {
		if r.Method != http.MethodGet || !strings.Contains(r.URL.Path, "/blobs/") {
			serve.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		serve.ServeHTTP(answer, r)
		bend(w, r, answer.Body.Bytes())
	}
}

// login writes a configuration of the docker command with this content.
func login(t *testing.T, content string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DOCKER_CONFIG", dir)
}

func password(host, user, secret string) string {
	return fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, host, base64.StdEncoding.EncodeToString([]byte(user+":"+secret)))
}

// TestPullEndsWithContext covers a pull without progress.
func TestPullEndsWithContext(t *testing.T) {
	f := newFaulty(t)
	login(t, "{}")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	gone := make(chan struct{})
	stall := blobs(func(w http.ResponseWriter, r *http.Request, body []byte) {
		if len(body) < 1<<16 { // the configuration, which the engine fetches first
			_, _ = w.Write(body)
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body[:len(body)/2])
		w.(http.Flusher).Flush()
		cancel()
		select {
		case <-r.Context().Done():
		case <-gone:
		}
	})
	f.fault.Store(&stall)
	err := realEngine(t).Pull(ctx, engine.PullRequest{Reference: f.ref("1")}, nil)
	close(gone) // the test's end must not depend on the engine
	if engine.CodeOf(err) != engine.Canceled {
		t.Errorf("got %v, want Canceled", err)
	}
}

func TestPullSucceeds(t *testing.T) {
	f := newFaulty(t)
	helpers := t.TempDir()
	script := "#!/bin/sh\nread server\n[ \"$server\" = '" + f.host + "' ] || exit 1\n" +
		`echo '{"ServerURL":"'$server'","Username":"user","Secret":"secret"}'` + "\n"
	if err := os.WriteFile(filepath.Join(helpers, "docker-credential-e2e"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", helpers+string(os.PathListSeparator)+os.Getenv("PATH"))
	var refused atomic.Bool
	for name, tc := range map[string]struct {
		fault func(http.ResponseWriter, *http.Request, http.Handler)
		ref   string
		login string
	}{
		"by tag":                   {},
		"by digest":                {ref: f.host + "/app@" + f.digest},
		"with a password":          {fault: guarded, login: password(f.host, "user", "secret")},
		"with a credential helper": {fault: guarded, login: fmt.Sprintf(`{"credHelpers":{%q:"e2e"}}`, f.host)},
		"with a credential store":  {fault: guarded, login: `{"credsStore":"e2e"}`},
		"a public image, with a helper that fails": {login: fmt.Sprintf(`{"credHelpers":{%q:"none"}}`, f.host)},
		"after one refusal": {fault: func(w http.ResponseWriter, r *http.Request, serve http.Handler) {
			if r.Method == http.MethodHead && refused.CompareAndSwap(false, true) {
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			serve.ServeHTTP(w, r)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f.forget(t)
			login(t, tc.login+strings.Repeat("{}", max(0, 1-len(tc.login))))
			if tc.fault != nil {
				f.fault.Store(&tc.fault)
				defer f.fault.Store(nil)
			}
			ref := tc.ref
			if ref == "" {
				ref = f.ref("1")
			}
			var last engine.Progress
			e := realEngine(t)
			if err := e.Pull(t.Context(), engine.PullRequest{Reference: ref}, func(p engine.Progress) { last = p }); err != nil {
				t.Fatal(err)
			}
			// The containerd store reports no amounts of layers that arrive at once.
			if last.Done != last.Total {
				t.Errorf("the last progress is %+v, want it complete", last)
			}
			if _, err := e.Image(t.Context(), ref); err != nil {
				t.Errorf("the pulled image is missing: %v", err)
			}
		})
	}
}
