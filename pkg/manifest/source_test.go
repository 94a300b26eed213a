// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// quick configures short delays and no periodic scans.
var quick = Options{Debounce: time.Millisecond, PruneDelay: 50 * time.Millisecond, Rescan: time.Hour}

// patience is the timeout for an expected Set.
const patience = 30 * time.Second

// watched is a tree that a Source watches.
type watched struct {
	*tree
	source *Source
	loop   *loop
	sets   chan spec.Set
	last   spec.Set
}

// watch runs a Source over the tree until the test ends.
func (d *tree) watch(opts Options, prepare ...func(*loop)) *watched {
	d.t.Helper()
	w := &watched{tree: d, source: New(d.root, opts), sets: make(chan spec.Set, 1000)}
	w.loop = w.source.newLoop(func(s spec.Set) { w.sets <- s })
	for _, f := range prepare {
		f(w.loop)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		defer w.loop.watcher.close()
		ended <- w.loop.run(ctx)
	}()
	d.t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			d.t.Errorf("Run returned %v", err)
		}
	})
	return w
}

// until waits for a Set.
func (w *watched) until(what string, accept func(spec.Set) bool) *watched {
	w.t.Helper()
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for {
		select {
		case w.last = <-w.sets:
			if accept(w.last) {
				return w
			}
		case <-timeout.C:
			w.t.Fatalf("timeout waiting for %s; the last Set has %q, problems %v, complete %v",
				what, described(w.last), w.last.Problems, w.last.Complete)
		}
	}
}

// untilImages waits for a complete Set without problems and with these containers,
// each "name image".
func (w *watched) untilImages(want ...string) *watched {
	w.t.Helper()
	return w.until(strings.Join(want, ", "), func(s spec.Set) bool {
		return s.Complete && len(s.Problems) == 0 && slices.Equal(images(s), want)
	})
}

func images(s spec.Set) []string {
	var out []string
	for _, k := range s.Keys() {
		if c := s.Objects[k].Container; c != nil {
			out = append(out, k.Name+" "+c.Image)
		}
	}
	return out
}

func TestRun(t *testing.T) {
	a1, a2 := docs("a img:1"), docs("a img:2")
	start := func(t *testing.T) *watched {
		return newTree(t).write("a.yaml", a1).watch(quick).untilImages("a img:1")
	}
	t.Run("a_file_written_in_place", func(t *testing.T) { start(t).write2("a.yaml", a2).untilImages("a img:2") })
	t.Run("a_file_renamed_into_place", func(t *testing.T) {
		w := start(t)
		w.write(".a.yaml.tmp", a2).rename(".a.yaml.tmp", "a.yaml")
		w.untilImages("a img:2")
	})
	t.Run("a_new_file", func(t *testing.T) { start(t).write2("b.yaml", docs("b img:1")).untilImages("a img:1", "b img:1") })
	t.Run("a_file_deleted_and_restored", func(t *testing.T) {
		w := start(t)
		w.remove("a.yaml")
		w.untilImages()
		w.write("a.yaml", a1)
		w.untilImages("a img:1")
	})
	t.Run("a_document_deleted", func(t *testing.T) {
		w := newTree(t).write("a.yaml", docs("a img:1", "b img:1")).watch(quick).untilImages("a img:1", "b img:1")
		w.write2("a.yaml", a1).untilImages("a img:1")
	})
	t.Run("new_directories_and_changes_inside_them", func(t *testing.T) {
		w := start(t).write2("x/y/b.yaml", docs("b img:1")).untilImages("a img:1", "b img:1")
		w.write2("x/y/b.yaml", docs("b img:2")).untilImages("a img:1", "b img:2")
		w.rename("x", "z")
		w.until("the new position", func(s spec.Set) bool {
			return slices.Contains(described(s), "b img:2 2 z/y/b.yaml:2:1")
		})
		w.write2("z/y/b.yaml", docs("b img:3")).untilImages("a img:1", "b img:3")
		w.remove("z")
		w.untilImages("a img:1")
	})
	t.Run("directories_created_and_removed_repeatedly", func(t *testing.T) {
		w := start(t)
		out := filepath.Join(filepath.Dir(w.root), "out")
		for range 300 {
			w.mkdir("x/y/z").write("x/y/b.yaml", docs("b img:1"))
			w.must(os.Rename(w.path("x"), out))
			w.must(os.RemoveAll(out))
		}
		w.write2("x/y/b.yaml", docs("b img:2")).untilImages("a img:1", "b img:2")
		w.write2("x/y/b.yaml", docs("b img:3")).untilImages("a img:1", "b img:3")
	})
	t.Run("a_mounted_config_map_swapped", func(t *testing.T) {
		d := newTree(t).write("..1/a.yaml", a1).link("..1", "..data").link("..data/a.yaml", "a.yaml")
		w := d.watch(quick).untilImages("a img:1")
		d.write("..2/a.yaml", a2).link("..2", "..data_tmp").rename("..data_tmp", "..data").remove("..1")
		w.untilImages("a img:2")
		w.write2("..2/a.yaml", docs("a img:3")).untilImages("a img:3")
	})
	t.Run("a_broken_and_corrected_file", func(t *testing.T) {
		w := start(t).write2("a.yaml", broken).until("a problem", func(s spec.Set) bool { return len(s.Problems) == 1 })
		if got := images(w.last); !slices.Equal(got, []string{"a img:1"}) || !w.last.Complete {
			t.Errorf("while the file is broken the Set has %v, complete %v", got, w.last.Complete)
		}
		w.write2("a.yaml", a2).untilImages("a img:2")
	})
	t.Run("an_equal_set_is_not_reported", func(t *testing.T) {
		d, calls := newTree(t).write("a.yaml", a1), 0
		l := New(d.root, quick).newLoop(func(spec.Set) { calls++ })
		l.scanner.minAge = 0 // use fresh content
		defer l.watcher.close()
		l.scanOnce(t.Context())
		d.write("a.yaml", a1).write("_draft.yaml", a2).write("notes.txt", "")
		if l.scanOnce(t.Context()); calls != 1 {
			t.Errorf("%d calls, want 1", calls)
		}
		d.write("a.yaml", a2)
		if l.scanOnce(t.Context()); calls != 2 {
			t.Errorf("%d calls after a change, want 2", calls)
		}
	})
	t.Run("a_directory_that_replaces_another_is_watched", func(t *testing.T) {
		w := start(t).write2("x/b.yaml", docs("b img:1")).write2("y/b.yaml.next", "").untilImages("a img:1", "b img:1")
		w.rename("y/b.yaml.next", "y/_b.yaml").rename("x", "_x").rename("y", "x").rename("_x/b.yaml", "x/b.yaml")
		w.write2("x/b.yaml", docs("b img:2")).untilImages("a img:1", "b img:2")
		w.write2("x/b.yaml", docs("b img:3")).untilImages("a img:1", "b img:3")
	})
}

// write2 is write for chains that continue with the watched tree.
func (w *watched) write2(rel, content string) *watched {
	w.t.Helper()
	w.write(rel, content)
	return w
}

func TestRunRoot(t *testing.T) {
	a1, a2 := docs("a img:1"), docs("a img:2")
	incomplete := func(s spec.Set) bool { return !s.Complete }
	t.Run("moved_away_and_back", func(t *testing.T) {
		d := newTree(t).write("a.yaml", a1)
		w := d.watch(quick).untilImages("a img:1")
		d.must(os.Rename(d.root, d.root+".away"))
		w.until("an incomplete Set", incomplete)
		if got := images(w.last); !slices.Equal(got, []string{"a img:1"}) {
			t.Errorf("without the directory the Set has %v", got)
		}
		if w.source.Err() == nil {
			t.Error("Err returns no error")
		}
		d.must(os.Rename(d.root+".away", d.root))
		w.untilImages("a img:1")
		if err := w.source.Err(); err != nil {
			t.Errorf("Err still returns %v", err)
		}
		w.write2("a.yaml", a2).untilImages("a img:2")
	})
	t.Run("deleted", func(t *testing.T) {
		d := newTree(t).write("a.yaml", a1)
		w := d.watch(Options{Debounce: quick.Debounce, PruneDelay: time.Hour, Rescan: time.Hour}).untilImages("a img:1")
		d.remove("")
		w.until("an incomplete Set", incomplete)
		if got := images(w.last); !slices.Equal(got, []string{"a img:1"}) {
			t.Errorf("without the directory the Set has %v", got)
		}
	})
	t.Run("created_later", func(t *testing.T) {
		d := newTree(t)
		d.root = filepath.Join(d.root, "deep", "below")
		w := d.watch(quick).until("an incomplete Set", incomplete)
		w.write2("a.yaml", a1).untilImages("a img:1")
	})
	t.Run("replaced_by_another_directory", func(t *testing.T) {
		d := newTree(t).write("a.yaml", a1)
		next := &tree{t, d.root + ".next"}
		next.write("a.yaml", a2)
		w := d.watch(quick).untilImages("a img:1")
		d.must(os.Rename(d.root, d.root+".old"))
		d.must(os.Rename(next.root, d.root))
		w.untilImages("a img:2")
		w.write2("a.yaml", docs("a img:3")).untilImages("a img:3")
	})
	t.Run("a_link_that_is_replaced", func(t *testing.T) {
		d := newTree(t).write("1/a.yaml", a1).write("2/a.yaml", a2).link("1", "now").link("2", "next")
		in := &tree{t, d.path("now")}
		w := in.watch(quick).untilImages("a img:1")
		d.rename("next", "now")
		w.untilImages("a img:2")
		d.write("2/a.yaml", docs("a img:3"))
		w.untilImages("a img:3")
	})
	t.Run("a_single_file", func(t *testing.T) {
		d := newTree(t).write("a.yaml", a1).write("b.yaml", docs("b img:1"))
		in := &tree{t, d.path("a.yaml")}
		w := in.watch(quick).untilImages("a img:1")
		d.write("tmp", a2).rename("tmp", "a.yaml")
		w.untilImages("a img:2")
		d.remove("a.yaml")
		w.until("an incomplete Set", incomplete)
		d.write("a.yaml", docs("a img:3"))
		w.untilImages("a img:3")
	})
}

// TestRunSilent checks changes without an event: the file is changed through a name
// outside the tree.
func TestRunSilent(t *testing.T) {
	silent := func(t *testing.T) (*tree, func()) {
		d := newTree(t).write("a.yaml", docs("a img:1"))
		out := filepath.Join(filepath.Dir(d.root), "out")
		d.must(os.Link(d.path("a.yaml"), out))
		return d, func() { d.must(os.WriteFile(out, []byte(docs("a img:2")), 0o644)) }
	}
	t.Run("a_rescan_finds_them", func(t *testing.T) {
		d, change := silent(t)
		w := d.watch(Options{Rescan: 20 * time.Millisecond}).untilImages("a img:1")
		change()
		w.untilImages("a img:2")
	})
	t.Run("an_overflow_starts_a_scan", func(t *testing.T) {
		d, change := silent(t)
		w := d.watch(quick).untilImages("a img:1")
		change()
		w.loop.watcher.fs.Errors <- fsnotify.ErrEventOverflow
		w.untilImages("a img:2")
	})
	t.Run("without_a_watcher_scans_are_periodic", func(t *testing.T) {
		d, change := silent(t)
		w := d.watch(quick, func(l *loop) {
			l.watcher.open = func() (*fsnotify.Watcher, error) { return nil, errors.New("too many open files") }
		}).untilImages("a img:1")
		change()
		w.untilImages("a img:2")
	})
}

// TestFirstSet checks that the first Set waits for a manifest that is being written,
// but only for a limited time.
func TestFirstSet(t *testing.T) {
	first := func(t *testing.T, minAge time.Duration) spec.Set {
		d := newTree(t).write("a.yaml", docs("a img:1"))
		opts := quick
		opts.Debounce = 50 * time.Millisecond
		w := d.watch(opts, func(l *loop) { l.scanner.minAge = minAge })
		return w.until("a Set", func(spec.Set) bool { return true }).last
	}
	t.Run("it_contains_files_that_become_stable", func(t *testing.T) {
		if got := images(first(t, 200*time.Millisecond)); !slices.Equal(got, []string{"a img:1"}) {
			t.Errorf("the first Set has %q", got)
		}
	})
	t.Run("it_shields_files_that_do_not", func(t *testing.T) {
		if got := first(t, time.Hour); len(images(got)) > 0 || !got.Shielded["a.yaml"] {
			t.Errorf("the first Set has %q, shielded %v", images(got), got.Shielded)
		}
	})
}

func TestLoad(t *testing.T) {
	d := newTree(t).write("a.yaml", docs("a img:1")).write("b.yaml", broken)
	s := New(d.root, Options{Defaults: spec.Defaults{Namespace: "shop"}})
	set := s.Load(t.Context())
	k := spec.Key{Kind: spec.KindContainer, Namespace: "shop", Name: "a"}
	if obj := set.Objects[k]; obj.Generation != 1 || !set.Complete || !set.Shielded["b.yaml"] || s.Err() != nil {
		t.Errorf("loaded %+v, error %v", set, s.Err())
	}
	d.write("c.yaml", docs("c img:1"))
	if set := s.Load(t.Context()); set.Shielded["c.yaml"] || !slices.Equal(images(set), []string{"a img:1", "c img:1"}) {
		t.Errorf("Load did not wait for a fresh file: %+v", set)
	}
	d.remove("")
	if set := s.Load(t.Context()); set.Complete || s.Err() == nil {
		t.Errorf("a missing directory is complete: %v, error %v", set.Complete, s.Err())
	}
}
