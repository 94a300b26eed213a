// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

const twins = `
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: one}
spec: {image: "reconciler.dev/demo:1", command: [tcp]}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: two}
spec: {image: "reconciler.dev/demo:1", command: [tcp]}
`

// requireUntouched finds that the engine has told of nothing since the mark.
func (r *rig) requireUntouched(mark int, before map[string]string) {
	r.t.Helper()
	r.requireKept(before)
	if seen := r.events.since(mark); len(seen) > 0 {
		r.t.Errorf("the containers were touched: %v", seen)
	}
}

// TestBrokenManifest finds that a file with faults changes nothing that runs,
// says where it is wrong, also to a controller that has just started, and counts
// again once it is mended.
func TestBrokenManifest(t *testing.T) {
	r := newRig(t)
	r.write("twins.yaml", twins)
	r.start()
	r.requireUp("one", "two")
	before, mark := r.ids(), r.events.mark()

	r.edit("twins.yaml", "command", "comand")
	r.requireCondition("container/one", "Accepted", "False ManifestInvalid", "twins.yaml:5:", `did you mean "command"`)
	if got := r.get("container/two").condition("Ready"); !strings.HasPrefix(got, "True") {
		t.Errorf("two is %q", got)
	}
	if got := r.cli("validate", r.dir); got.code != 1 || !strings.Contains(got.stdout+got.stderr, "twins.yaml:5:") {
		t.Errorf("validate exits with %d: %s%s", got.code, got.stdout, got.stderr)
	}

	t.Log("no YAML at all, and a controller that never knew better")
	r.write("twins.yaml", "kind: [Container")
	r.kill()
	r.start()
	r.eventually("the file's fault", func() error {
		return r.holds("twins.yaml:1:", "get", "manifests", "-A", "-o", "yaml")
	})
	r.requireUntouched(mark, before)

	r.write("twins.yaml", twins)
	r.requireUp("one", "two")
	r.requireUntouched(mark, before)
}

// TestLostDirectory finds that a directory which is gone or is none removes
// nothing, and that its return is noticed.
func TestLostDirectory(t *testing.T) {
	r := newRig(t)
	r.write("twins.yaml", twins)
	r.start("--prune-delay", "100ms")
	r.requireUp("one", "two")
	before, mark := r.ids(), r.events.mark()

	away := r.dir + ".away"
	r.must(os.Rename(r.dir, away))
	r.eventually("the loss to be told", func() error { return r.holds(r.dir, "status") })
	r.must(os.WriteFile(r.dir, nil, 0o600))
	r.eventually("that it is no directory", func() error { return r.holds("was a directory and is a file now", "status") })
	r.must(os.Remove(r.dir))
	r.must(os.Symlink(r.dir, r.dir))
	r.eventually("that it cannot be read, not even by root", func() error { return r.holds("too many links", "status") })
	r.must(os.Remove(r.dir))
	r.must(os.Rename(away, r.dir))
	r.requireUp("one", "two")
	r.requireUntouched(mark, before)

	r.edit("twins.yaml", "name: two", "name: three")
	r.requireUp("one", "three")
}

// holds is an error while what the command prints does not hold the text.
func (r *rig) holds(text string, command ...string) error {
	if got := r.cli(command...); !strings.Contains(got.stdout+got.stderr, text) {
		return fmt.Errorf("%v: exit code %d, without %q: %s%s", command, got.code, text, got.stdout, got.stderr)
	}
	return nil
}
