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

// requireUntouched verifies that the containers are the same as before and that the
// engine sent no event since the mark.
func (r *rig) requireUntouched(mark int, before map[string]string) {
	r.t.Helper()
	r.requireKept(before)
	if seen := r.events.since(mark); len(seen) > 0 {
		r.t.Errorf("unexpected events: %v", seen)
	}
}

// TestBrokenManifest verifies that a file with errors changes no running
// container, that the error and its position are reported, also by a controller
// that has just started, and that a corrected file takes effect.
func TestBrokenManifest(t *testing.T) {
	r := newRig(t)
	r.write("twins.yaml", twins)
	r.start()
	r.requireUp("one", "two")
	before, mark := r.ids(), r.events.mark()

	r.edit("twins.yaml", "command", "comand")
	r.requireCondition("container/one", "Accepted", "False ManifestInvalid", "twins.yaml:5:", `did you mean "command"`)
	if got := r.get("container/two").condition("Ready"); !strings.HasPrefix(got, "True") {
		t.Errorf("Ready of two is %q", got)
	}
	if got := r.cli("validate", r.dir); got.code != 1 || !strings.Contains(got.stdout+got.stderr, "twins.yaml:5:") {
		t.Errorf("validate exits with %d: %s%s", got.code, got.stdout, got.stderr)
	}

	t.Log("a file that is not YAML, and a controller that has not read it before")
	r.write("twins.yaml", "kind: [Container")
	r.kill()
	r.start()
	r.eventually("the error of the file", func() error {
		return r.holds("twins.yaml:1:", "get", "manifests", "-A", "-o", "yaml")
	})
	r.requireUntouched(mark, before)

	r.write("twins.yaml", twins)
	r.requireUp("one", "two")
	r.requireUntouched(mark, before)
}

// TestLostDirectory verifies that no container is removed if the directory is
// missing or is not a directory, and that the controller detects its return.
func TestLostDirectory(t *testing.T) {
	r := newRig(t)
	r.write("twins.yaml", twins)
	r.start("--prune-delay", "100ms")
	r.requireUp("one", "two")
	before, mark := r.ids(), r.events.mark()

	away := r.dir + ".away"
	r.must(os.Rename(r.dir, away))
	r.eventually("a report that the directory is missing", func() error { return r.holds(r.dir, "status") })
	r.must(os.WriteFile(r.dir, nil, 0o600))
	r.eventually("a report that it is not a directory", func() error { return r.holds("was a directory and is now a file", "status") })
	r.must(os.Remove(r.dir))
	r.must(os.Symlink(r.dir, r.dir))
	r.eventually("a report that it cannot be read, even by root", func() error { return r.holds("too many links", "status") })
	r.must(os.Remove(r.dir))
	r.must(os.Rename(away, r.dir))
	r.requireUp("one", "two")
	r.requireUntouched(mark, before)

	r.edit("twins.yaml", "name: two", "name: three")
	r.requireUp("one", "three")
}

// holds returns an error unless the output of the command contains the text.
func (r *rig) holds(text string, command ...string) error {
	if got := r.cli(command...); !strings.Contains(got.stdout+got.stderr, text) {
		return fmt.Errorf("%v: exit code %d, without %q: %s%s", command, got.code, text, got.stdout, got.stderr)
	}
	return nil
}
