// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// asking returns a container with one additional field.
func asking(name, more string) string {
	return fmt.Sprintf(`
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: %s}
spec: {image: "reconciler.dev/demo:1", command: [sleep], %s}
`, name, more)
}

// TestPolicy verifies that a field which the policy denies is applied neither to a
// new container nor to a running one, and is applied when the policy allows it.
func TestPolicy(t *testing.T) {
	r := newRig(t)
	r.write("one.yaml", asking("one", "volumes: [{type: bind, source: ., target: /here}], capAdd: [NET_RAW]"))
	r.start("--policy", "baseline")
	r.requireUp("one")
	before, mark := r.ids(), r.events.mark()

	denied := map[string]string{
		"spec.privileged":                   "privileged: true",
		"spec.pid":                          "pid: host",
		"spec.volumes[0].source":            "volumes: [{type: bind, source: /var/run/docker.sock, target: /engine}]",
		"spec.resources.devices[0]":         "resources: {devices: [/dev/null]}",
		"spec.securityOpt[0]":               `securityOpt: ["seccomp=unconfined"]`,
		"spec.capAdd[0]":                    "capAdd: [SYS_ADMIN]",
		"spec.initContainers[0].privileged": "initContainers: [{name: i, command: [job], privileged: true}]",
	}
	for path, more := range denied {
		r.write("one.yaml", asking("one", more))
		r.requireCondition("container/one", "Accepted", "False PolicyDenied", "one.yaml:5:", path, "the baseline policy denies")
	}
	r.write("two.yaml", asking("two", "privileged: true"))
	r.eventually("the error of the new container", func() error {
		return r.holds("two.yaml:5:", "get", "manifests", "-A", "-o", "yaml")
	})
	if got := r.get("container/one").condition("Ready"); !strings.HasPrefix(got, "True") {
		t.Errorf("Ready of one is %q", got)
	}
	r.requireUntouched(mark, before)

	r.write("one.yaml", asking("one", "pid: private"))
	r.requireCondition("container/one", "Accepted", "True")
	r.remove("two.yaml")
	r.stop()
	r.write("one.yaml", asking("one", "pid: host"))
	r.start()
	r.requireInspect("one", ".HostConfig.PidMode", "host")
}
