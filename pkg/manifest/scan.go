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

// scan is the result of reading the whole source once.
type scan struct {
	// files holds all files by their paths relative to the root, separated by
	// slashes.
	files map[string]file
	// err is set if a part of the source could not be read, so that more files may
	// exist.
	err error
	// targets holds the real paths of files that were read through links.
	targets map[string]bool
	// real is the root with links resolved; empty if it is a file or missing.
	// entry is the path of the root with the links of its parent resolved.
	real, entry string
}

// file is the result of reading one path once.
type file struct {
	// objects holds the declared objects; none if there are errors or the file is
	// unstable.
	objects []spec.Object
	// errs holds the errors. The path may also be a link to a directory, and the
	// error then applies to everything below it.
	errs spec.Errors
	// unstable reports whether the file changed while or just before it was read.
	unstable bool
	// foreign reports whether the file belongs to another tool, and tool is its
	// type. errs are then the errors it has as a manifest.
	foreign bool
	tool    string
}

// valid reports whether the objects of the file are known.
func (f file) valid() bool { return len(f.errs) == 0 && !f.unstable }

// unstable reports whether a file is unstable, so that another scan is needed.
func (s scan) unstable() bool {
	for _, f := range s.files {
		if f.unstable {
			return true
		}
	}
	return false
}

// scanner reads a source. It caches decoded files by content.
type scanner struct {
	root     string
	defaults spec.Defaults
	policy   spec.Policy
	// environment returns environment variables; nil disables interpolation.
	environment spec.Lookup
	// prefix is prepended to the paths in positions.
	prefix string
	// enter is called with each directory before it is read, so that a watch that
	// it creates misses no change.
	enter func(dir string, info fs.FileInfo)
	// minAge is the minimum age of new content.
	minAge time.Duration
	cache  map[string]decoded
	// directoryFirst records whether the root was a directory at the first scan. A
	// file that replaces it must not delete all objects, and vice versa.
	directoryFirst *bool
}

// decoded is the cached result of decoding one content of a file.
type decoded struct {
	sum  [sha256.Size]byte
	file file
	// sideFiles holds the states of the files that the manifest refers to.
	sideFiles map[string]sideFile
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
	// visited holds the real paths that were read.
	visited map[string]bool
	// ignore holds the patterns of paths that are not read.
	ignore ignore
	// links are followed last, so that a file that is also inside the tree is read
	// under its own path.
	links []link
	errs  []error
}

// link is a symbolic link: rel is its path relative to the root, and real the path
// at which it was found.
type link struct{ rel, real string }

// scan reads the whole source.
func (s *scanner) scan(ctx context.Context) scan {
	w := &walk{
		scanner: s, visited: map[string]bool{}, ignore: defaultIgnore(),
		result: scan{files: map[string]file{}, targets: map[string]bool{}},
	}
	w.errs = append(w.errs, w.readRoot(ctx))
	for len(w.links) > 0 {
		next := w.links[0]
		w.links = w.links[1:]
		w.errs = append(w.errs, w.followLink(ctx, next))
	}
	w.result.err = errors.Join(w.errs...)
	for rel := range s.cache {
		if _, seen := w.result.files[rel]; !seen {
			delete(s.cache, rel)
		}
	}
	return w.result
}

// readRoot reads the root: a directory, or a single file.
func (w *walk) readRoot(ctx context.Context) error {
	if parent, err := filepath.EvalSymlinks(filepath.Dir(w.root)); err == nil {
		w.result.entry = filepath.Join(parent, filepath.Base(w.root))
		w.watchDir(parent)
	}
	place, err := filepath.EvalSymlinks(w.root)
	if err != nil {
		return fmt.Errorf("read manifests: %w", err)
	}
	info, err := os.Stat(place)
	if err != nil {
		return fmt.Errorf("read manifests: %w", err)
	}
	if was := w.directoryFirst; was != nil && *was != info.IsDir() {
		return fmt.Errorf("read manifests: %s was %s and is now %s", w.root, rootName(*was), rootName(info.IsDir()))
	}
	w.directoryFirst = new(info.IsDir())
	if info.IsDir() {
		w.result.real = place
		return w.readDir(ctx, "", place)
	}
	w.watchDir(filepath.Dir(place))
	w.result.targets[place] = true
	rel := filepath.Base(w.root)
	w.readManifest(rel, place)
	if _, found := w.result.files[rel]; !found {
		return fmt.Errorf("read manifests: %s is neither a directory nor a regular file", w.root)
	}
	return nil
}

// rootName describes the type of the root in a message.
func rootName(directory bool) string {
	if directory {
		return "a directory"
	}
	return "a file"
}

// watchDir calls enter for a directory that is not read itself.
func (w *walk) watchDir(dir string) {
	if info, err := os.Stat(dir); err == nil {
		w.enter(dir, info)
	}
}

// readDir reads the directory at place, whose path in the source is rel.
func (w *walk) readDir(ctx context.Context, rel, place string) error {
	if w.visited[place] {
		return nil
	}
	w.visited[place] = true
	if err := ctx.Err(); err != nil {
		return err
	}
	w.watchDir(place)
	entries, err := os.ReadDir(place)
	if err != nil {
		if rel != "" && errors.Is(err, fs.ErrNotExist) {
			return nil // removed after it was listed
		}
		return fmt.Errorf("read manifests: %w (list a directory in %s to skip it)", err, ignoreFile)
	}
	if err := w.ignore.load(rel, place, entries); err != nil {
		return fmt.Errorf("read manifests: %w", err)
	}
	var errs []error
	for _, entry := range entries {
		errs = append(errs, w.readEntry(ctx, path.Join(rel, entry.Name()), filepath.Join(place, entry.Name()), entry))
	}
	return errors.Join(errs...)
}

// readEntry reads one entry of a directory.
func (w *walk) readEntry(ctx context.Context, rel, place string, entry fs.DirEntry) error {
	switch {
	case isHidden(entry.Name()), w.ignore.matches(rel, entry.IsDir()):
		return nil
	case entry.IsDir():
		return w.readDir(ctx, rel, place)
	case entry.Type()&fs.ModeSymlink != 0:
		w.links = append(w.links, link{rel, place})
	case entry.Type().IsRegular() && isManifestName(entry.Name()):
		w.visited[place] = true
		w.readManifest(rel, place)
	}
	return nil
}

// followLink reads the target of a link, unless it was read under another path.
func (w *walk) followLink(ctx context.Context, l link) error {
	place, err := filepath.EvalSymlinks(l.real)
	var info fs.FileInfo
	if err == nil {
		info, err = os.Stat(place)
	}
	switch {
	case err == nil && w.ignore.matches(l.rel, info.IsDir()):
		return nil
	case err != nil && isManifestName(l.rel):
		w.addError(l.rel, "cannot follow the link: "+errorText(err), "")
		return nil
	case err != nil:
		return fmt.Errorf("read manifests: follow the link %s: %w", l.rel, err)
	case !info.IsDir() && !isManifestName(l.rel):
		return nil
	case !within(w.result.real, place):
		w.addError(l.rel, "the link leads outside the directory of the manifests", "copy the target into the directory")
		return nil
	case info.IsDir():
		w.watchDir(filepath.Dir(place))
		return w.readDir(ctx, l.rel, place)
	case info.Mode().IsRegular() && !w.visited[place]:
		w.visited[place] = true
		w.result.targets[place] = true
		w.watchDir(filepath.Dir(place))
		w.readManifest(l.rel, place)
	}
	return nil
}

// label returns the file name of rel in positions.
func (w *walk) label(rel string) string {
	if w.prefix != "" && w.result.real == "" {
		return w.prefix // the source is a single file
	}
	return path.Join(w.prefix, rel)
}

// addError records an error of the path rel.
func (w *walk) addError(rel, message, hint string) {
	w.result.files[rel] = file{errs: spec.Errors{{
		Position: spec.Position{File: w.label(rel)}, Message: message, Hint: hint,
	}}}
}

// isHidden reports whether a name is skipped, such as swap files and drafts.
func isHidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// isManifestName reports whether a name is the name of a manifest file.
func isManifestName(name string) bool {
	return !isHidden(path.Base(name)) && slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name))
}

// within reports whether the real path p is the real directory dir or inside it.
func within(dir, p string) bool {
	rel, err := filepath.Rel(dir, p)
	return err == nil && filepath.IsLocal(rel)
}

// errorText returns the text of an error without the path that it contains.
func errorText(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}
