// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import "testing"

// TestDependencies verifies dependencies on a container of another namespace, and
// optional ones on a missing container and on a job that fails. The job is retried
// as often as its policy allows.
func TestDependencies(t *testing.T) {
	r := newRig(t)
	r.write("all.yaml", `
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: db, namespace: `+r.name+`-far}
spec: {image: "reconciler.dev/demo:1", command: [tcp]}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: app}
spec:
  image: reconciler.dev/demo:1
  command: [tcp]
  dependencies: [`+r.name+`-far/db, {name: ghost, required: false}, {name: broken, condition: completed, required: false}]
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: broken}
spec: {image: "reconciler.dev/demo:1", command: [crash], restartPolicy: {name: on-failure, maximumRetryCount: 1}}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: strict}
spec: {image: "reconciler.dev/demo:1", command: [tcp], dependencies: [{name: broken, condition: completed}]}
`)
	r.start()
	r.eventually("app to run", r.runs("app", func(container) bool { return true }))
	r.requireOrder(0, "start db", "start app")
	r.requireCondition("container/broken", "Stalled", "True NonZeroExit", "restart policy")
	if got := r.get("container/broken").Status.Restarts; got != 1 {
		t.Errorf("broken was restarted %d times, want once", got)
	}
	r.requireCondition("container/strict", "Ready", "False DependencyFailed", "broken")
	// It starts when its dependency has recovered.
	r.edit("all.yaml", "command: [crash]", "command: [job]")
	r.eventually("strict to run", r.runs("strict", func(container) bool { return true }))
}
