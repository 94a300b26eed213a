// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// namespaceOfExample matches the namespace of the objects of an example.
var namespaceOfExample = regexp.MustCompile(`namespace: \w+`)

// example copies a folder of manifests/ into the rig's directory, with its
// objects in the rig's namespace. The replacements are pairs of old and new text.
func (r *rig) example(folder string, replacements ...string) {
	r.t.Helper()
	from := filepath.Join(root, "manifests", folder)
	r.must(filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(r.dir, below), 0o755)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		content := namespaceOfExample.ReplaceAllString(string(text), "namespace: "+r.name)
		content = strings.NewReplacer(replacements...).Replace(content)
		return os.WriteFile(filepath.Join(r.dir, below), []byte(content), 0o600)
	}))
}

// examples prepare a rig for each folder of manifests/, so that it needs no
// registry and no port that another test uses.
var examples = map[string]func(r *rig){
	"demo": func(r *rig) { r.example("demo", "8088", freePort(r.t)) },
	"observability": func(r *rig) {
		newPrometheus(r)
		r.write("access.yaml", "{apiVersion: reconciler.dev/v1alpha1, kind: Secret, metadata: {name: access, namespace: "+r.name+
			"}, spec: {data: {token: none, ca.crt: none}}}")
	},
}

// TestManifests verifies that every example is valid and that a second run of it
// changes nothing.
func TestManifests(t *testing.T) {
	folders, err := os.ReadDir(filepath.Join(root, "manifests"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, folder := range folders {
		t.Run(folder.Name(), func(t *testing.T) {
			r := newRig(t)
			prepare := examples[folder.Name()]
			if prepare == nil {
				t.Fatal("no function prepares this example")
			}
			prepare(r)
			r.expect(0, "validate", r.dir)
			r.expect(0, "run", r.dir, "--once")
			mark := r.events.mark()
			r.expect(0, "diff", r.dir)
			r.expect(0, "run", r.dir, "--once")
			if again := r.events.since(mark, "create", "start", "die", "destroy"); len(again) > 0 {
				t.Errorf("the second run printed %v", again)
			}
		})
	}
}
