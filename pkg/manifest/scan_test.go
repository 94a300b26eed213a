// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// tree is a directory in a test.
type tree struct {
	t    *testing.T
	root string
}

func newTree(t *testing.T) *tree { return &tree{t, filepath.Join(t.TempDir(), "manifests")} }

func (d *tree) path(rel string) string { return filepath.Join(d.root, rel) }

func (d *tree) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// write writes a file in place.
func (d *tree) write(rel, content string) *tree {
	d.t.Helper()
	d.must(os.MkdirAll(filepath.Dir(d.path(rel)), 0o755))
	d.must(os.WriteFile(d.path(rel), []byte(content), 0o644))
	return d
}

func (d *tree) mkdir(rel string) *tree {
	d.t.Helper()
	d.must(os.MkdirAll(d.path(rel), 0o755))
	return d
}

func (d *tree) link(target, rel string) *tree {
	d.t.Helper()
	d.must(os.Symlink(target, d.path(rel)))
	return d
}

func (d *tree) rename(from, to string) *tree {
	d.t.Helper()
	d.must(os.Rename(d.path(from), d.path(to)))
	return d
}

func (d *tree) remove(rel string) *tree {
	d.t.Helper()
	d.must(os.RemoveAll(d.path(rel)))
	return d
}

func (d *tree) scan() scan { return newScanner(d.root).scan(d.t.Context()) }

// wants compares the files of a scan with lines of the form "path: name name" or
// "path! part of the error".
func (d *tree) wants(lines ...string) scan {
	d.t.Helper()
	found := d.scan()
	rels := slices.Sorted(maps.Keys(found.files))
	var got []string
	for i, rel := range rels {
		f := found.files[rel]
		if len(f.errs) > 0 {
			line := rel + "! " + f.errs[0].Message
			if i < len(lines) && strings.HasPrefix(lines[i], rel+"! ") && strings.Contains(line, lines[i][len(rel)+2:]) {
				line = lines[i]
			}
			got = append(got, line)
			continue
		}
		line := rel + ":"
		for _, obj := range f.objects {
			line += " " + obj.Metadata.Name
		}
		got = append(got, line)
	}
	if diff := cmp.Diff(lines, got); diff != "" {
		d.t.Errorf("files (-want +got):\n%s", diff)
	}
	return found
}

func (d *tree) wantsWhole(lines ...string) scan {
	d.t.Helper()
	found := d.wants(lines...)
	if found.err != nil {
		d.t.Errorf("scan failed: %v", found.err)
	}
	return found
}

func (d *tree) wantsError(part string, lines ...string) {
	d.t.Helper()
	if found := d.wants(lines...); found.err == nil || !strings.Contains(found.err.Error(), part) {
		d.t.Errorf("scan error is %v, want it to contain %q", found.err, part)
	}
}

func TestScan(t *testing.T) {
	a, b := docs("a img:1"), docs("b img:1")
	t.Run("manifests_are_found_anywhere_below", func(t *testing.T) {
		newTree(t).write("a.yaml", a).write("x/y/b.yml", b).
			write("z/c.json", `{"apiVersion":"reconciler.dev/v1alpha1","kind":"Volume","metadata":{"name":"c"},"spec":{}}`).
			wantsWhole("a.yaml: a", "x/y/b.yml: b", "z/c.json: c")
	})
	t.Run("drafts_and_swap_files_and_other_names_are_skipped", func(t *testing.T) {
		newTree(t).mkdir("").write(".a.yaml.swp", a).write(".a.yaml", a).write("_a.yaml", a).write("a.yaml~", a).
			write("a.yaml.bak", a).write("a.txt", a).write("4913", "").write(".git/a.yaml", a).write("_old/a.yaml", a).wantsWhole()
	})
	t.Run("pipes_and_sockets_are_ignored_and_do_not_hang", func(t *testing.T) {
		d := newTree(t).mkdir("")
		d.must(syscall.Mkfifo(d.path("a.yaml"), 0o644))
		d.link("a.yaml", "b.yaml").wantsWhole()
		if _, _, err := read(d.path("a.yaml")); !errors.Is(err, errIrregular) {
			t.Errorf("reading a pipe: %v", err)
		}
	})
	t.Run("a_missing_root_is_an_error", func(t *testing.T) { newTree(t).wantsError("no such file") })
	t.Run("an_empty_root_is_no_error", func(t *testing.T) { newTree(t).mkdir("").wantsWhole() })
	t.Run("a_large_file_is_an_error", func(t *testing.T) {
		newTree(t).write("a.yaml", strings.Repeat("#", spec.MaxBytes+10)).wantsWhole("a.yaml! the limit is 1048576")
	})
	t.Run("a_directory_named_like_a_manifest_is_a_directory", func(t *testing.T) {
		newTree(t).write("a.yaml/b.yaml", b).wantsWhole("a.yaml/b.yaml: b")
	})
	t.Run("a_single_file_is_a_source", func(t *testing.T) {
		d := newTree(t).write("a", a).write("b.yaml", b)
		d.root = d.path("a")
		d.wantsWhole("a: a")
	})
	t.Run("bind_sources_are_relative_to_the_directory_of_the_manifest", func(t *testing.T) {
		d := newTree(t).write("sub/a.yaml", a+"  volumes: [{type: bind, source: ./data, target: /data}]\n")
		found := d.wantsWhole("sub/a.yaml: a")
		if got := found.files["sub/a.yaml"].objects[0].Container.Volumes[0].Source; got != d.path("sub/data") {
			t.Errorf("the source is %s, want %s", got, d.path("sub/data"))
		}
		d.root = d.path("sub/a.yaml")
		if got := d.wantsWhole("a.yaml: a").files["a.yaml"].objects[0].Container.Volumes[0].Source; got != filepath.Dir(d.root)+"/data" {
			t.Errorf("the source is %s in a single file", got)
		}
	})
	t.Run("a_directory_is_entered_before_it_is_read", func(t *testing.T) {
		d := newTree(t).mkdir("sub")
		s := newScanner(d.root)
		s.enter = func(dir string, _ fs.FileInfo) {
			if filepath.Base(dir) == "sub" {
				d.write("sub/late.yaml", a)
			}
		}
		if found := s.scan(t.Context()); len(found.files) != 1 {
			t.Errorf("a file created after the watch was missed: %v", found.files)
		}
	})
}

func TestScanLinks(t *testing.T) {
	a := docs("a img:1")
	t.Run("a_mounted_config_map_works", func(t *testing.T) {
		d := newTree(t).write("..2024/a.yaml", a).write("..2024/sub/b.yaml", docs("b img:1")).link("..2024", "..data").
			link("..data/a.yaml", "a.yaml").link("..data/sub", "sub")
		d.wantsWhole("a.yaml: a", "sub/b.yaml: b")
	})
	t.Run("a_relative_root_through_a_link_works", func(t *testing.T) {
		d := newTree(t).write("a.yaml", a)
		d.must(os.Symlink("manifests", filepath.Join(filepath.Dir(d.root), "link")))
		d.root = filepath.Join(filepath.Dir(d.root), "link")
		d.wantsWhole("a.yaml: a")
	})
	t.Run("a_link_to_a_manifest_inside_the_tree_is_ignored", func(t *testing.T) {
		newTree(t).write("sub/z.yaml", a).link("sub/z.yaml", "a.yaml").link("sub", "again").wantsWhole("sub/z.yaml: a")
	})
	t.Run("a_link_cycle_ends", func(t *testing.T) {
		newTree(t).write("sub/a.yaml", a).link("..", "sub/up").wantsWhole("sub/a.yaml: a")
	})
	t.Run("a_link_outside_is_an_error", func(t *testing.T) {
		d := newTree(t).mkdir("")
		d.must(os.WriteFile(filepath.Join(d.root, "../out.yaml"), []byte(a), 0o644))
		d.must(os.Mkdir(filepath.Join(d.root, "../manifests-2"), 0o755))
		d.link("../out.yaml", "a.yaml").link("../manifests-2", "dir").link("/etc/passwd", "passwd").
			wantsWhole("a.yaml! leads outside", "dir! leads outside")
	})
	t.Run("a_dangling_link_is_an_error", func(t *testing.T) {
		newTree(t).mkdir("").link("nothing", "a.yaml").wantsWhole("a.yaml! cannot follow the link: no such file")
	})
	t.Run("a_dangling_link_to_a_possible_directory_makes_the_scan_incomplete", func(t *testing.T) {
		newTree(t).mkdir("").link("nothing", "sub").wantsError("follow the link sub")
	})
}

func TestReadCache(t *testing.T) {
	d := newTree(t).write("a.yaml", docs("a img:1"))
	s := newScanner(d.root)
	first := s.scan(t.Context()).files["a.yaml"].objects[0].Container
	if again := s.scan(t.Context()).files["a.yaml"].objects[0].Container; again != first {
		t.Error("the same content was decoded twice")
	}
	d.write("a.yaml", docs("a img:2"))
	if changed := s.scan(t.Context()).files["a.yaml"].objects[0].Container; changed.Image != "img:2" {
		t.Errorf("the image is %s after a change", changed.Image)
	}
	d.remove("a.yaml")
	if s.scan(t.Context()); len(s.cache) != 0 {
		t.Error("a deleted file is still cached")
	}
}

func TestRootKeepsItsType(t *testing.T) {
	d := newTree(t).write("a.yaml", docs("a img:1"))
	s := newScanner(d.root)
	s.scan(t.Context())
	if err := os.RemoveAll(d.root); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.root, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.scan(t.Context()).err; err == nil || !strings.Contains(err.Error(), "was a directory and is now a file") {
		t.Errorf("a file that replaced the directory is accepted: %v", err)
	}
}

// TestMinAge checks that new content is used only when it is old enough.
func TestMinAge(t *testing.T) {
	const old, fresh, future = -2 * time.Hour, 0, 2 * time.Hour
	rows := map[string]struct {
		before, now string // contents; before was used
		age         time.Duration
		want        string // the image; empty for none
	}{
		"fresh_content_is_unstable":        {now: "a img:1", age: fresh},
		"fresh_replacement_is_unstable":    {before: "a img:1", now: "a img:2", age: fresh},
		"old_content_is_used":              {before: "a img:1", now: "a img:2", age: old, want: "img:2"},
		"known_content_is_used_at_any_age": {before: "a img:1", now: "a img:1", age: fresh, want: "img:1"},
		"content_from_the_future_is_used":  {now: "a img:1", age: future, want: "img:1"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			d := newTree(t).mkdir("")
			s := newScanner(d.root)
			s.minAge = time.Hour
			put := func(content string, age time.Duration) file {
				d.write("a.yaml", docs(content))
				at := time.Now().Add(age)
				if err := os.Chtimes(filepath.Join(d.root, "a.yaml"), at, at); err != nil {
					t.Fatal(err)
				}
				return s.scan(t.Context()).files["a.yaml"]
			}
			if row.before != "" {
				put(row.before, old)
			}
			got := put(row.now, row.age)
			if row.want == "" && (got.valid() || len(got.errs) > 0 || len(got.objects) > 0) {
				t.Errorf("got %+v, want an unstable file", got)
			}
			if row.want != "" && (!got.valid() || got.objects[0].Container.Image != row.want) {
				t.Errorf("got %+v, want %s", got, row.want)
			}
		})
	}
}
