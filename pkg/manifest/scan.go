// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// scan is what one look at the whole source found.
type scan struct {
	// files are all that was seen, by path relative to the root, with slashes.
	files map[string]file
	// err is why the source could not be read as a whole; what is not in files
	// may then exist all the same.
	err error
	// targets are the real paths of what was read through links.
	targets map[string]bool
	// real is the root without links; empty when it is a file or missing. entry
	// is the root's own path in a directory without links.
	real, entry string
}

// file is what one look at one path found.
type file struct {
	// objects are what it declares; none when it is at fault or unsettled.
	objects []spec.Object
	// errs are its faults. A path that is at fault may also be a link to a
	// directory: it then speaks for everything below.
	errs spec.Errors
	// unsettled reports that it changed while it was read, or right before.
	unsettled bool
}

// good reports that what the file declares is known.
func (f file) good() bool { return len(f.errs) == 0 && !f.unsettled }

// unsettled reports that another scan may find something else.
func (s scan) unsettled() bool {
	for _, f := range s.files {
		if f.unsettled {
			return true
		}
	}
	return false
}

// scanner reads a source. It remembers what it decoded, by content.
type scanner struct {
	root     string
	defaults spec.Defaults
	policy   spec.Policy
	// environment finds the variables of manifests; nil leaves them as they are.
	environment spec.Lookup
	// prefix is put before the paths in positions.
	prefix string
	// enter is called with each directory before it is read, so that a watch
	// set up by it misses nothing.
	enter func(dir string, info fs.FileInfo)
	// settle is how old a new content has to be.
	settle time.Duration
	cache  map[string]decoded
	// directoryFirst says whether the root was a directory when it was first
	// read: a file in its place does not declare that there is nothing.
	directoryFirst *bool
}

// decoded is what became of one content of a file.
type decoded struct {
	sum  [sha256.Size]byte
	file file
	// beside are the files that it depends on.
	beside map[string]neighbour
}

func newScanner(root string) *scanner {
	return &scanner{
		root: root, cache: map[string]decoded{}, environment: os.LookupEnv,
		enter: func(string, fs.FileInfo) {},
	}
}

// walk is one scan in progress.
type walk struct {
	*scanner
	result scan
	// visited are real paths that were read.
	visited map[string]bool
	// links are followed when all else was read: what has a place of its own
	// in the tree is known by that.
	links []link
	errs  []error
}

// link is a symbolic link: rel is its path below the root, real where it leads.
type link struct{ rel, real string }

// scan looks at everything.
func (s *scanner) scan(ctx context.Context) scan {
	w := &walk{scanner: s, visited: map[string]bool{}, result: scan{files: map[string]file{}, targets: map[string]bool{}}}
	w.errs = append(w.errs, w.start(ctx))
	for len(w.links) > 0 {
		next := w.links[0]
		w.links = w.links[1:]
		w.errs = append(w.errs, w.follow(ctx, next))
	}
	w.result.err = errors.Join(w.errs...)
	for rel := range s.cache {
		if _, seen := w.result.files[rel]; !seen {
			delete(s.cache, rel)
		}
	}
	return w.result
}

// start reads the root: a directory, or a file that is the whole source.
func (w *walk) start(ctx context.Context) error {
	if parent, err := filepath.EvalSymlinks(filepath.Dir(w.root)); err == nil {
		w.result.entry = filepath.Join(parent, filepath.Base(w.root))
		w.watch(parent)
	}
	place, err := filepath.EvalSymlinks(w.root)
	if err != nil {
		return fmt.Errorf("read the manifests: %w", err)
	}
	info, err := os.Stat(place)
	if err != nil {
		return fmt.Errorf("read the manifests: %w", err)
	}
	if was := w.directoryFirst; was != nil && *was != info.IsDir() {
		return fmt.Errorf("read the manifests: %s was %s and is %s now", w.root, rootName(*was), rootName(info.IsDir()))
	}
	w.directoryFirst = new(info.IsDir())
	if info.IsDir() {
		w.result.real = place
		return w.directory(ctx, "", place)
	}
	w.watch(filepath.Dir(place))
	w.result.targets[place] = true
	rel := filepath.Base(w.root)
	w.file(rel, place)
	if _, found := w.result.files[rel]; !found {
		return fmt.Errorf("read the manifests: %s is neither a directory nor a regular file", w.root)
	}
	return nil
}

// rootName is what a root of the kind is called.
func rootName(directory bool) string {
	if directory {
		return "a directory"
	}
	return "a file"
}

// watch has a directory watched that is not read itself.
func (w *walk) watch(dir string) {
	if info, err := os.Stat(dir); err == nil {
		w.enter(dir, info)
	}
}

// directory reads the directory at place, which is known as rel.
func (w *walk) directory(ctx context.Context, rel, place string) error {
	if w.visited[place] {
		return nil
	}
	w.visited[place] = true
	if err := ctx.Err(); err != nil {
		return err
	}
	w.watch(place)
	entries, err := os.ReadDir(place)
	if err != nil {
		if rel != "" && errors.Is(err, fs.ErrNotExist) {
			return nil // it went away since it was listed
		}
		return fmt.Errorf("read the manifests: %w (a directory whose name begins with _ is skipped)", err)
	}
	var errs []error
	for _, entry := range entries {
		errs = append(errs, w.entry(ctx, path.Join(rel, entry.Name()), filepath.Join(place, entry.Name()), entry))
	}
	return errors.Join(errs...)
}

// entry reads one entry of a directory.
func (w *walk) entry(ctx context.Context, rel, place string, entry fs.DirEntry) error {
	switch {
	case hidden(entry.Name()):
		return nil
	case entry.IsDir():
		return w.directory(ctx, rel, place)
	case entry.Type()&fs.ModeSymlink != 0:
		w.links = append(w.links, link{rel, place})
	case entry.Type().IsRegular() && manifestName(entry.Name()):
		w.visited[place] = true
		w.file(rel, place)
	}
	return nil
}

// follow reads what a link leads to, unless it was read under another name.
func (w *walk) follow(ctx context.Context, l link) error {
	place, err := filepath.EvalSymlinks(l.real)
	var info fs.FileInfo
	if err == nil {
		info, err = os.Stat(place)
	}
	switch {
	case err != nil && manifestName(l.rel):
		w.fault(l.rel, "the link cannot be followed: "+cause(err), "")
		return nil
	case err != nil:
		return fmt.Errorf("read the manifests: follow the link %s: %w", l.rel, err)
	case !info.IsDir() && !manifestName(l.rel):
		return nil
	case !within(w.result.real, place):
		w.fault(l.rel, "the link leads outside the directory of the manifests", "copy what it leads to")
		return nil
	case info.IsDir():
		w.watch(filepath.Dir(place))
		return w.directory(ctx, l.rel, place)
	case info.Mode().IsRegular() && !w.visited[place]:
		w.visited[place] = true
		w.result.targets[place] = true
		w.watch(filepath.Dir(place))
		w.file(l.rel, place)
	}
	return nil
}

// label is what rel is called in positions.
func (w *walk) label(rel string) string {
	if w.prefix != "" && w.result.real == "" {
		return w.prefix // a file is the whole source
	}
	return path.Join(w.prefix, rel)
}

// fault records that rel cannot be used.
func (w *walk) fault(rel, message, hint string) {
	w.result.files[rel] = file{errs: spec.Errors{{
		Position: spec.Position{File: w.label(rel)}, Message: message, Hint: hint,
	}}}
}

// hidden reports that a name is skipped: editors' swap files and drafts.
func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// manifestName reports that the name is one of a manifest file.
func manifestName(name string) bool {
	return !hidden(path.Base(name)) && slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name))
}

// within reports that the real path p is the real directory dir or below it.
func within(dir, p string) bool {
	rel, err := filepath.Rel(dir, p)
	return err == nil && filepath.IsLocal(rel)
}

// cause is an error without the path that it carries.
func cause(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}
