// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"strings"
	"testing"
)

// TestReplacementFails verifies that a container keeps running if its replacement
// does not start, that the reason is reported, and that the next edit is tried.
func TestReplacementFails(t *testing.T) {
	r := newRig(t)
	r.write("web.yaml", `{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: web},
		spec: {image: "reconciler.dev/demo:1", entrypoint: [/demoapp], command: [tcp], env: {V: "1"}}}`)
	r.start()
	r.requireUp("web")
	before := r.ids()

	r.edit("web.yaml", "[/demoapp]", "[/no-such-program]")
	r.requireCondition("container/web", "Stalled", "True", "/no-such-program")
	r.eventually("only the old container to run", func() error { return r.allUp("web") })
	r.requireKept(before)
	if got := r.cli("wait", "--for=condition=Synced", "container/web", "-n", r.name, "--timeout", "1s"); got.code != 1 {
		t.Errorf("wait for a stalled container: exit code %d, %s%s", got.code, got.stdout, got.stderr)
	}

	r.edit("web.yaml", "[/no-such-program]", "[/demoapp, tcp]")
	r.eventually("a new container", func() error {
		if r.ids()["web"] == before["web"] {
			return fmt.Errorf("it is the old container: %+v", r.get("container/web").Status)
		}
		return nil
	})
	r.requireUp("web")
}

// TestPortInUse verifies that a port which another program uses is reported, and
// that the container starts when the port is free.
func TestPortInUse(t *testing.T) {
	r := newRig(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	r.must(err)
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	r.write("web.yaml", strings.ReplaceAll(`{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: web},
		spec: {image: "reconciler.dev/demo:1", command: [http], ports: [{host: PORT, container: 8080}]}}`, "PORT", port))
	r.start()
	r.requireCondition("container/web", "Ready", "False PortInUse", port)
	r.must(l.Close())
	r.requireUp("web")
	if got := page(t, port); !strings.Contains(got, "web") {
		t.Errorf("the server behind the port returns %q", got)
	}
}
