// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"slices"
	"strings"
	"testing"
)

// TestPorts verifies that a container without a declared host port keeps its port
// after an edit, a removal and a restart of the controller, and that the later one
// of two manifests with the same port reports the earlier one.
func TestPorts(t *testing.T) {
	r := newRig(t)
	port := freePort(t)
	r.write("a.yaml", `{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: open},
		spec: {image: "reconciler.dev/demo:1", command: [http], env: {V: "1"}, ports: [{container: 8080}, {host: auto, container: 9000, protocol: udp}]}}`)
	r.start()
	r.requireUp("open")
	endpoints := r.get("container/open").Status.Endpoints
	at := slices.IndexFunc(endpoints, func(e string) bool { return strings.HasSuffix(e, "->8080/tcp") })
	if len(endpoints) != 2 || at < 0 || !strings.HasSuffix(endpoints[1-at], "->9000/udp") {
		t.Fatalf("endpoints %v", endpoints)
	}
	address, _, _ := strings.Cut(endpoints[at], "->")
	if got := page(t, strings.TrimPrefix(address, "127.0.0.1:")); !strings.Contains(got, "open") {
		t.Errorf("the server at %s returns %q", address, got)
	}
	for what, change := range map[string]func(){
		"an edit":                      func() { r.edit("a.yaml", `V: "1"`, `V: "2"`) },
		"a removal":                    func() { docker(t, "rm", "-f", r.engineName("open")) },
		"a removal without controller": func() { r.kill(); docker(t, "rm", "-f", r.engineName("open")); r.start() },
		"a stop and a kill":            func() { docker(t, "stop", r.engineName("open")); r.kill(); r.start() },
	} {
		before := r.containers()[r.engineName("open")].State.StartedAt
		change()
		r.eventually("open to be started after "+what, r.runs("open", func(c container) bool { return c.State.StartedAt != before }))
		r.requireUp("open")
		if now := r.get("container/open").Status.Endpoints; !slices.Equal(now, endpoints) {
			t.Errorf("after %s the endpoints are %v, were %v", what, now, endpoints)
		}
	}

	want := func(name string) {
		r.write(name+".yaml", strings.NewReplacer("NAME", name, "PORT", port).Replace(`{apiVersion: reconciler.dev/v1alpha1, kind: Container,
			metadata: {name: NAME}, spec: {image: "reconciler.dev/demo:1", command: [http], ports: [{host: PORT, container: 8080}]}}`))
	}
	want("second")
	r.eventually("second to be up", r.runs("second", func(container) bool { return true }))
	want("first")
	r.requireCondition("container/first", "Stalled", "True PortInUse", port, "Container/"+r.name+"/second", "second.yaml:1:1")
	r.remove("second.yaml")
	r.requireUp("open", "first")
}
