// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// TestOnce verifies that the exit code of `run --once` is 0 if everything is Ready
// and 1 otherwise, and that a second run changes nothing.
func TestOnce(t *testing.T) {
	r := newRig(t)
	r.write("a.yaml", `
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: server}
spec: {image: "reconciler.dev/demo:1", command: [tcp]}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: job}
spec: {image: "reconciler.dev/demo:1", command: [job], restartPolicy: "no", dependencies: [server]}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: after}
spec: {image: "reconciler.dev/demo:1", command: [tcp], dependencies: [{name: job, condition: completed}]}
`)
	once := []string{"run", r.dir, "-n", r.name, "--once"}
	if got := r.expect(0, once...); !strings.Contains(got, "Completed") {
		t.Errorf("the output does not mention the job:\n%s", got)
	}
	r.requireOrder(0, "start server", "start job", "die job", "start after")

	before, mark := r.ids(), r.events.mark()
	r.expect(0, once...)
	r.requireKept(before)
	if again := r.events.since(mark); len(again) > 0 {
		t.Errorf("the second run printed %v", again)
	}

	r.write("b.yaml", `
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: lost}
spec: {image: "reconciler.dev/none:1", pullPolicy: never}
`)
	if got := r.cli(once...); got.code != 1 || !strings.Contains(got.stderr, "ImageNeverPull") {
		t.Errorf("exit code %d, want 1 with the reason:\n%s%s", got.code, got.stdout, got.stderr)
	}
	r.requireKept(before)
}
