// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"os"
	"testing"
)

func TestIgnore(t *testing.T) {
	a, b := docs("a img:1"), docs("b img:1")
	t.Run("directories_of_dependencies_are_skipped", func(t *testing.T) {
		newTree(t).write("node_modules/x.yaml", a).write("sub/vendor/x.yaml", a).write("b.yaml", b).wantsWhole("b.yaml: b")
	})
	t.Run("a_file_with_such_a_name_is_read", func(t *testing.T) {
		newTree(t).write("vendor.yaml", a).wantsWhole("vendor.yaml: a")
	})
	t.Run("a_pattern_includes_a_directory_again", func(t *testing.T) {
		newTree(t).write(".reconcilerignore", "!/vendor/\n").write("vendor/a.yaml", a).write("x/vendor/b.yaml", b).wantsWhole("vendor/a.yaml: a")
	})
	t.Run("patterns_have_the_syntax_of_gitignore", func(t *testing.T) {
		newTree(t).write(".reconcilerignore", "# a comment\r\n\r\n*.json\r\n!keep.json\n/top.yaml\nold/\ncharts/**/templates\n").
			write("x.json", "{").write("sub/keep.json", `{"apiVersion":"reconciler.dev/v1alpha1","kind":"Volume","metadata":{"name":"keep"},"spec":{}}`).
			write("top.yaml", "[").write("sub/top.yaml", a).write("sub/old/x.yaml", "[").write("old.yaml", b).
			write("charts/x/y/templates/z.yaml", "{{").
			wantsWhole("old.yaml: b", "sub/keep.json: keep", "sub/top.yaml: a")
	})
	t.Run("a_file_applies_to_its_directory_and_overrides_those_above", func(t *testing.T) {
		newTree(t).write(".reconcilerignore", "x*.yaml\n").write("sub/.reconcilerignore", "!xa.yaml\ny.yaml\n").
			write("xa.yaml", "[").write("y.yaml", a).write("sub/xa.yaml", b).write("sub/y.yaml", "[").
			wantsWhole("sub/xa.yaml: b", "y.yaml: a")
	})
	t.Run("ignored_links_are_not_followed", func(t *testing.T) {
		newTree(t).write(".reconcilerignore", "dead.yaml\nlinked/\n").write("_x/a.yaml", a).link("nowhere", "dead.yaml").link("_x", "linked").wantsWhole()
	})
	t.Run("an_unreadable_file_makes_the_source_incomplete", func(t *testing.T) {
		d := newTree(t).write(".reconcilerignore", "b.yaml\n").write("a.yaml", a)
		if os.Geteuid() == 0 {
			d.remove(".reconcilerignore").mkdir(".reconcilerignore")
		} else {
			d.must(os.Chmod(d.path(".reconcilerignore"), 0))
		}
		d.wantsError("read .reconcilerignore")
	})
	t.Run("a_change_takes_effect", func(t *testing.T) {
		w := newTree(t).write("a.yaml", a).write("b.yaml", b).watch(quick).untilImages("a img:1", "b img:1")
		w.write(".reconcilerignore", "b.yaml\n")
		w.untilImages("a img:1")
		w.write(".reconcilerignore", "a.yaml\n")
		w.untilImages("b img:1")
	})
}
