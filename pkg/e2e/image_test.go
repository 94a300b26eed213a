// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
)

// newRegistry starts a registry on the loopback address, from which engines pull
// without TLS. While guarded is set, it requires the password "secret".
func newRegistry(t *testing.T) (host string, guarded *atomic.Bool) {
	t.Helper()
	guarded = &atomic.Bool{}
	store := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); guarded.Load() && password != "secret" {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		store.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), guarded
}

// TestImages verifies pulls from a registry: a missing image is reported, an image
// that needs a login is pulled after the login, and a moved tag replaces the
// containers with the pull policy always.
func TestImages(t *testing.T) {
	host, guarded := newRegistry(t)
	image := host + "/shop/app"
	push := func(from, tag string) {
		docker(t, "tag", "reconciler.dev/demo:"+from, image+":"+tag)
		docker(t, "push", "--quiet", image+":"+tag)
		docker(t, "rmi", image+":"+tag)
	}
	push("1", "1")
	t.Cleanup(func() { // after the rig's own, whose containers use them
		names := docker(t, "images", "--digests", "--format", "{{.Repository}}:{{.Tag}} {{.Repository}}@{{.Digest}}", image)
		for _, name := range strings.Fields(names) {
			_, _ = tryDocker("rmi", name)
		}
	})
	r := newRig(t)
	r.setenv("DOCKER_CONFIG", r.home)
	r.write("app.yaml", fmt.Sprintf(`
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: app}
spec: {image: %[1]s, tag: "1", pullPolicy: always, command: [tcp]}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: steady}
spec: {image: %[1]s, tag: "1", command: [tcp]}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: lost}
spec: {image: %[1]s, tag: none, command: [tcp]}
`, image))
	guarded.Store(true)
	r.start()
	r.requireCondition("container/app", "Stalled", "True ImagePullUnauthorized", "registry "+host, "docker login")
	r.save("config.json", `{"auths":{"`+host+`":{"auth":"dXNlcjpzZWNyZXQ="}}}`)
	r.eventually("app to run after the login", r.runs("app", func(container) bool { return true }))
	r.requireCondition("container/lost", "Stalled", "True ImageNotFound", image+":none")
	r.edit("app.yaml", "tag: none", `tag: "1"`)
	r.requireUp("app", "steady", "lost")

	before := r.ids()
	guarded.Store(false)
	r.kill()
	push("2", "1")
	r.start()
	r.eventually("app to run the new image of its tag", r.runs("app", func(c container) bool {
		return strings.Contains(strings.Join(c.Config.Env, " "), "VERSION=2")
	}))
	r.requireUp("app", "steady", "lost")
	if r.ids()["app"] == before["app"] {
		t.Error("app was not replaced")
	}
}

// TestHangingRegistry verifies that pulls from a registry which does not answer
// fail with the reason after the timeout, so that other images can be pulled.
func TestHangingRegistry(t *testing.T) {
	gone := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-gone:
		}
	}))
	t.Cleanup(hanging.Close)
	t.Cleanup(func() { close(gone) }) // runs first, so that the end does not depend on the engine
	mute := strings.TrimPrefix(hanging.URL, "http://")
	host, _ := newRegistry(t)
	image := host + "/shop/other:1"
	docker(t, "tag", "reconciler.dev/demo:1", image)
	docker(t, "push", "--quiet", image)
	docker(t, "rmi", image)
	t.Cleanup(func() { _, _ = tryDocker("rmi", image) })

	r := newRig(t)
	for name, image := range map[string]string{"a": mute + "/a:1", "b": mute + "/b:1", "c": mute + "/c:1", "z": image} {
		r.write(name+".yaml", fmt.Sprintf(`
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: %s}
spec: {image: "%s", command: [tcp]}
`, name, image))
	}
	r.start("--operation-timeout", "5s")
	for _, name := range []string{"a", "b", "c"} {
		r.requireCondition("container/"+name, "ImageAvailable", "False ImagePullBackOff", mute+"/"+name+":1: no progress for 5s")
	}
	r.eventually("z to run", r.runs("z", func(container) bool { return true }))
}
