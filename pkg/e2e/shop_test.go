// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// shop has the names of the containers of manifests/demo.
var shop = []string{"app", "cache", "db", "proxy"}

// newShop returns a rig with manifests/demo in the rig's namespace, and the free
// port that the shop uses.
func newShop(t *testing.T) (*rig, string) {
	t.Helper()
	r := newRig(t)
	port := freePort(t)
	r.example("demo", "8088", port)
	return r, port
}

// freePort returns a port of the host that is free now.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// page returns the page of the shop.
func page(t *testing.T, port string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// requireKept verifies that exactly the named containers were replaced.
func (r *rig) requireKept(before map[string]string, but ...string) {
	r.t.Helper()
	changed := map[string]bool{}
	for _, name := range but {
		changed[name] = true
	}
	after := r.ids()
	for name, id := range before {
		if same := after[name] == id; same == changed[name] {
			r.t.Errorf("%s: same container %v, want %v", name, same, !changed[name])
		}
	}
}

// TestShop verifies that the demo starts in order, that every command reports it as
// Ready, and that it works.
func TestShop(t *testing.T) {
	r, port := newShop(t)
	r.start()
	r.requireUp(shop...)

	for _, server := range []string{"db", "cache"} {
		r.requireOrder(0, "start "+server, "health_status: healthy "+server, "start app",
			"health_status: healthy app", "start proxy")
	}
	if got := page(t, port); !strings.Contains(got, "shop\n") || !strings.Contains(got, "accepts") {
		t.Errorf("the page of the shop is %q", got)
	}
	table := r.expect(0, "get", "-n", r.name)
	for _, name := range shop {
		if got := r.get("container/" + name).condition("Ready"); !strings.HasPrefix(got, "True Running") {
			t.Errorf("get: Ready of %s is %q", name, got)
		}
		if !strings.Contains(table, "container/"+name) {
			t.Errorf("the table has no %s:\n%s", name, table)
		}
		description := r.expect(0, "describe", "container/"+name, "-n", r.name)
		for _, text := range []string{"Name:", name, "Ready", "True", "Started"} {
			if !strings.Contains(description, text) {
				t.Errorf("the output of describe %s does not contain %q:\n%s", name, text, description)
			}
		}
	}
	if got := r.expect(0, "describe", "container/app", "-n", r.name); !strings.Contains(got, "Container/"+r.name+"/db") {
		t.Errorf("the output of describe app does not contain its dependency:\n%s", got)
	}
}

// TestEdit verifies that each of several edits changes the containers that depend
// on it, and no others.
func TestEdit(t *testing.T) {
	r, _ := newShop(t)
	r.start()
	r.requireUp(shop...)

	t.Log("a fifth manifest")
	before, mark := r.ids(), r.events.mark()
	at := r.write("worker.yaml", `{"apiVersion": "reconciler.dev/v1alpha1", "kind": "Container", "metadata": {"name": "worker"},
		"spec": {"image": "reconciler.dev/demo:1", "command": ["sleep"], "dependencies": ["app"]}}`)
	r.requireUp(append(shop, "worker")...)
	r.latency(mark, at, "create worker")
	r.requireKept(before)

	t.Log("another image")
	before, mark = r.ids(), r.events.mark()
	at = r.edit("worker.yaml", "demo:1", "demo:2")
	r.eventually("the new image", r.runs("worker", func(c container) bool { return c.Config.Image == "reconciler.dev/demo:2" }))
	r.requireUp(append(shop, "worker")...)
	r.requireOrder(mark, "die worker", "destroy worker")
	r.latency(mark, at, "die worker")
	r.requireKept(before, "worker")

	t.Log("another variable, in the middle of the graph")
	before, mark = r.ids(), r.events.mark()
	at = r.edit("app.yaml", "GREETING: hello", "GREETING: salve")
	r.eventually("the new variable", r.runs("app", func(c container) bool {
		return strings.Contains(strings.Join(c.Config.Env, " "), "GREETING=salve")
	}))
	r.requireUp(append(shop, "worker")...)
	r.latency(mark, at, "die app")
	r.requireKept(before, "app")

	t.Log("a manifest deleted and restored")
	before, mark = r.ids(), r.events.mark()
	text := r.read("app.yaml")
	at = r.remove("app.yaml")
	r.eventually("app to be gone", func() error { return r.gone("app") })
	r.requireOrder(mark, "die proxy", "die app", "destroy app")
	r.requireOrder(mark, "die worker", "die app", "destroy app")
	r.latency(mark, at, "die app")
	if destroyed := r.events.since(mark, "destroy"); destroyed[0].Time.Sub(at) < 2*time.Second {
		t.Errorf("app was removed %v after its manifest, before the prune delay", destroyed[0].Time.Sub(at))
	}
	r.requireCondition("container/proxy", "DependenciesReady", "False DependencyNotFound", "app")
	at, mark = r.write("app.yaml", text), r.events.mark()
	r.requireUp(append(shop, "worker")...)
	r.latency(mark, at, "create app")
	r.requireKept(before, "app")
}

// runs returns a check that the container is up and matches.
func (r *rig) runs(name string, as func(container) bool) func() error {
	return func() error {
		c, ok := r.containers()[r.engineName(name)]
		if !ok || !c.up() || !as(c) {
			return fmt.Errorf("%s: %+v %+v", name, c.State, c.Config)
		}
		return nil
	}
}

// gone returns an error if the container exists.
func (r *rig) gone(name string) error {
	if c, ok := r.containers()[r.engineName(name)]; ok {
		return fmt.Errorf("%s is %s", name, c.State.Status)
	}
	return nil
}

// TestNetworkEdit verifies that a change of a network replaces the containers that
// are connected to it, and no others.
func TestNetworkEdit(t *testing.T) {
	r := newRig(t)
	r.write("net.yaml", `
apiVersion: reconciler.dev/v1alpha1
kind: Network
metadata: {name: front}
spec: {internal: false}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: bound}
spec: {image: "reconciler.dev/demo:1", command: [sleep], networks: [front]}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: free}
spec: {image: "reconciler.dev/demo:1", command: [sleep]}
`)
	r.start()
	r.requireUp("bound", "free")
	before := r.ids()
	network := docker(t, "network", "inspect", "--format", "{{.Id}}", r.engineName("front"))

	r.edit("net.yaml", "internal: false", "internal: true")
	r.eventually("the new network", func() error {
		now, err := tryDocker("network", "inspect", "--format", "{{.Id}} {{.Internal}}", r.engineName("front"))
		if err != nil {
			return err
		}
		if strings.HasPrefix(now, network) || !strings.HasSuffix(now, "true") {
			return fmt.Errorf("it is still the old network: %s", now)
		}
		return nil
	})
	r.requireUp("bound", "free")
	r.requireKept(before, "bound")
}
