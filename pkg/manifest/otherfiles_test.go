// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const (
	composeFile = "services:\n  web: {image: nginx}\n"
	npmPackage  = `{"name": "x"}`
)

// otherLines returns the lines of the files of other tools.
func otherLines(others []spec.OtherFiles) []string {
	var lines []string
	for _, o := range others {
		lines = append(lines, o.String())
	}
	return lines
}

// wantsOthers compares the files of other tools in the directory with lines. There
// must be no problems.
func (d *tree) wantsOthers(want ...string) spec.Set {
	d.t.Helper()
	set := New(d.root, quick).Load(d.t.Context())
	if len(set.Problems) > 0 || !set.Complete {
		d.t.Errorf("problems %v, complete: %v", set.Problems, set.Complete)
	}
	if diff := cmp.Diff(want, otherLines(set.OtherFiles)); diff != "" {
		d.t.Errorf("files of other tools (-want +got):\n%s", diff)
	}
	return set
}

func TestOtherFiles(t *testing.T) {
	t.Run("they_are_listed_by_directory", func(t *testing.T) {
		d := newTree(t).write("a.yaml", docs("a img:1")).write("docker-compose.yml", composeFile).
			write("z/package.json", npmPackage).write("b/list.yaml", "[a]").write("b/c.json", "{}").write("b/compose.yaml", composeFile).write("b/d.json", "{}").write("b/e.json", "{}")
		set := d.wantsOthers(
			".: 1 file is not a manifest: docker-compose.yml (Compose file)",
			"b: 5 files are not manifests: compose.yaml (Compose file), c.json, d.json, 2 more",
			"z: 1 file is not a manifest: package.json (npm package)",
		)
		if got := images(set); len(got) != 1 {
			t.Errorf("containers %v", got)
		}
	})
	t.Run("hundreds_of_them_have_no_problems", func(t *testing.T) {
		d := newTree(t)
		for i := range 300 {
			d.write(fmt.Sprintf("packages/p%d/package.json", i), npmPackage)
		}
		if set := New(d.root, quick).Load(t.Context()); len(set.Problems) > 0 || len(set.OtherFiles) != 300 {
			t.Errorf("%d problems, %d directories", len(set.Problems), len(set.OtherFiles))
		}
	})
	t.Run("a_file_that_declared_objects_keeps_them", func(t *testing.T) {
		w := newTree(t).write("a.yaml", docs("a img:1")).watch(quick).untilImages("a img:1")
		w.write("a.yaml", composeFile)
		w.until("a problem", func(s spec.Set) bool {
			return len(s.Problems) == 1 && s.Problems[0].Key.Name == "a" && len(s.OtherFiles) == 0
		})
		if got := w.last.Problems[0].Error.Error(); !strings.Contains(got, "a.yaml: not a manifest: it looks like a Compose file") {
			t.Error(got)
		}
		if got := images(w.last); len(got) != 1 {
			t.Errorf("containers %v", got)
		}
	})
	t.Run("after_a_restart_it_shields_the_objects_it_declared", func(t *testing.T) {
		d := newTree(t).write("a.yaml", composeFile)
		if set := d.wantsOthers(".: 1 file is not a manifest: a.yaml (Compose file)"); !set.Shielded["a.yaml"] {
			t.Errorf("shielded are %v", set.Shielded)
		}
	})
	t.Run("a_single_file_is_always_a_manifest", func(t *testing.T) {
		d := newTree(t).write("compose.yaml", composeFile).write("x.yaml", "{}")
		for file, want := range map[string]string{"compose.yaml": "it looks like a Compose file", "x.yaml": "apiVersion: missing"} {
			set := New(d.path(file), quick).Load(t.Context())
			if len(set.OtherFiles) > 0 || len(set.Problems) == 0 || !strings.Contains(set.Problems[0].Error.Error(), want) {
				t.Errorf("%s: problems %v, other files %v", file, set.Problems, set.OtherFiles)
			}
		}
	})
	t.Run("validation_lists_them_under_the_path", func(t *testing.T) {
		d := newTree(t).write("sub/compose.yaml", composeFile)
		t.Chdir(filepath.Dir(d.root))
		v, err := ValidatePath("manifests", Options{})
		if diff := cmp.Diff([]string{"manifests/sub: 1 file is not a manifest: compose.yaml (Compose file)"}, otherLines(v.OtherFiles)); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
	t.Run("a_watched_file_of_another_tool_becomes_a_manifest", func(t *testing.T) {
		w := newTree(t).write("a.yaml", composeFile).watch(quick)
		w.until("the other file", func(s spec.Set) bool { return len(s.OtherFiles) == 1 })
		w.write("a.yaml", docs("a img:1"))
		w.untilImages("a img:1")
		if len(w.last.OtherFiles) > 0 {
			t.Errorf("other files %v", w.last.OtherFiles)
		}
	})
}
