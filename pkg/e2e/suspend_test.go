// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"testing"
)

// TestSuspendedWithoutManifest verifies that suspended and paused containers are not
// changed when their manifests are edited or deleted, also by the next controller,
// that resume works without a manifest, and that down removes them.
func TestSuspendedWithoutManifest(t *testing.T) {
	r := newRig(t)
	write := func(name, command string) {
		r.write(name+".yaml", `{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: `+name+`},
			spec: {image: "reconciler.dev/demo:1", stopGracePeriod: 1s, `+command+`}}`)
	}
	names := []string{"asked", "declared", "paused", "probe"}
	for _, name := range names {
		write(name, "command: [tcp]")
	}
	r.start()
	r.requireUp(names...)
	was := r.containers()
	write("declared", "command: [tcp], suspend: true")
	r.requireCondition("container/declared", "Suspended", "True")
	r.expect(0, "suspend", "asked", "-n", r.name)
	r.requireCondition("container/asked", "Suspended", "True")
	docker(t, "pause", r.engineName("paused"))
	r.requireCondition("container/paused", "Ready", "False Paused")
	unchanged := func(when string) {
		t.Helper()
		for _, name := range names[:3] {
			if c := r.containers()[r.engineName(name)]; c.ID != was[r.engineName(name)].ID ||
				c.State.StartedAt != was[r.engineName(name)].State.StartedAt {
				t.Fatalf("%s: %s was changed: %+v", when, name, c.State)
			}
		}
	}

	for _, name := range names {
		write(name, "env: {V: edited}, command: [tcp]")
	}
	write("declared", "env: {V: edited}, command: [tcp], suspend: true")
	r.eventually("probe to be edited", r.runs("probe", func(c container) bool { return c.ID != was[r.engineName("probe")].ID }))
	unchanged("after an edit")

	r.remove("asked.yaml", "declared.yaml", "paused.yaml", "probe.yaml")
	r.eventually("probe to be removed", func() error { return r.gone("probe") })
	r.requireCondition("container/asked", "Ready", "False Suspended", "no manifest")
	r.requireCondition("container/declared", "Ready", "False Suspended", "no manifest")
	r.requireCondition("container/paused", "Ready", "False Paused", "no manifest")
	unchanged("after the deletion of the manifests")

	r.stop()
	r.start()
	r.requireCondition("container/declared", "Ready", "False Suspended", "no manifest")
	r.requireCondition("container/asked", "Ready", "False Suspended", "no manifest")
	unchanged("after a restart of the controller")

	r.expect(0, "resume", "declared", "-n", r.name)
	r.eventually("declared to be removed", func() error { return r.gone("declared") })
	r.stop()
	r.expect(0, "down")
	if left := r.containers(); len(left) != 0 {
		t.Errorf("down left %v", left)
	}
}
