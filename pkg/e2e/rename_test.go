// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"testing"
)

// TestRename verifies that a renamed container gets its name back and is not
// started a second time, with a running controller and without, and that a
// container with a copy of its labels is foreign.
func TestRename(t *testing.T) {
	r := newRig(t)
	r.write("db.yaml", `
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: db}
spec: {image: "reconciler.dev/demo:1", command: [http], volumes: [{source: data, target: /data}],
  ports: [{host: `+freePort(t)+`, container: 8080}]}
`)
	r.start()
	r.requireUp("db")
	was := r.containers()[r.engineName("db")]
	named := func() error {
		if all := r.containers(); len(all) != 1 || all[r.engineName("db")].ID != was.ID ||
			all[r.engineName("db")].State.StartedAt != was.State.StartedAt {
			return fmt.Errorf("the containers are %v, want only %s, which was not restarted", all, was.ID)
		}
		return nil
	}
	docker(t, "rename", was.ID, "old."+r.name)
	r.eventually("db to have its name back", named)
	r.stop()
	docker(t, "rename", was.ID, "old."+r.name)
	r.start()
	r.eventually("db to have its name back after a restart of the controller", named)
	r.requireUp("db")

	run := []string{"run", "-d", "--name", "copy." + r.name}
	for name, value := range was.Config.Labels {
		run = append(run, "--label", name+"="+value)
	}
	copied := docker(t, append(run, "reconciler.dev/demo:1", "sleep")...)
	t.Cleanup(func() { _, _ = tryDocker("rm", "-f", copied) })
	r.requireCondition("container/db", "LabelsCopied", "True LabelsCopied", "copy."+r.name)
	r.requireCondition("container/db", "Ready", "True Running")
	docker(t, "rm", "-f", copied)
	r.eventually("LabelsCopied to end", func() error {
		if c := r.get("container/db").condition("LabelsCopied"); c != "" {
			return errors.New(c)
		}
		return nil
	})
	r.stop()
	docker(t, "rename", was.ID, "old."+r.name)
	r.expect(0, "down", "--volumes")
	if left := r.containers(); len(left) != 0 {
		t.Errorf("down left %v", left)
	}
}
