// SPDX-License-Identifier: Apache-2.0

package editor

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Options configures an Editor.
type Options struct {
	// Root is the watched directory.
	Root string
	// Dir is the writable directory: Root or a directory inside it.
	Dir string
	// Decode decodes a manifest as the controller does; rel is its path relative
	// to Root. If it is nil, the editor calls spec.Decode without variables, files
	// and policy.
	Decode func(rel string, data []byte) ([]spec.Object, spec.Errors)
}

// Change describes a change of the document of one object.
type Change struct {
	// Key identifies the object.
	Key spec.Key
	// Source is the position of the declaration; the zero Position if the object is
	// not declared.
	Source spec.Position
	// Patch is a JSON merge patch of the document. Document is the complete
	// document, used if there is none to patch. If both are nil the document is
	// removed.
	Patch, Document map[string]any
}

var (
	// ErrDenied is returned for files that the editor must not change.
	ErrDenied = errors.New("the manifest is not writable")
	// ErrConflict is returned if a file was changed by another program.
	ErrConflict = errors.New("the manifest was changed by another program")
)

// Editor changes manifests. It is safe for concurrent use.
type Editor struct {
	root, dir string
	decode    func(rel string, data []byte) ([]spec.Object, spec.Errors)

	mu sync.Mutex
}

// New returns an Editor. It returns an error if a directory does not exist, or if
// the controller does not read manifests from opts.Dir.
func New(opts Options) (*Editor, error) {
	root, err := realDir(opts.Root)
	if err != nil {
		return nil, err
	}
	dir, err := realDir(opts.Dir)
	if err != nil {
		return nil, err
	}
	if !within(root, dir) {
		return nil, fmt.Errorf("%s is not inside %s, the directory of the manifests", opts.Dir, opts.Root)
	}
	rel, _ := filepath.Rel(root, dir)
	for part := range strings.SplitSeq(filepath.ToSlash(rel), "/") {
		if part != "." && strings.HasPrefix(part, ".") || strings.HasPrefix(part, "_") {
			return nil, fmt.Errorf("%s is not read by the controller, because a name in its path begins with . or _", opts.Dir)
		}
	}
	e := &Editor{root: root, dir: dir, decode: opts.Decode}
	if e.decode == nil {
		e.decode = func(rel string, data []byte) ([]spec.Object, spec.Errors) {
			dir := filepath.Dir(filepath.Join(root, filepath.FromSlash(rel)))
			return spec.Decode(rel, data, spec.DecodeOptions{Dir: dir})
		}
	}
	return e, nil
}

func realDir(path string) (string, error) {
	place, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	if place, err = filepath.Abs(place); err != nil {
		return "", err
	}
	info, err := os.Stat(place)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is not a directory", path)
	}
	return place, err
}

func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// Edit applies a change and returns the resulting object, or the zero Object for a
// removal. With dry it only validates the change. It returns ErrDenied,
// ErrConflict, or spec.Errors if the result is not a valid manifest.
func (e *Editor) Edit(c Change, dry bool) (spec.Object, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	removal := c.Patch == nil && c.Document == nil
	if c.Source.File == "" {
		if removal {
			return spec.Object{}, fmt.Errorf("%w: no manifest declares %s", ErrDenied, c.Key)
		}
		return e.create(c, dry)
	}
	f, err := e.open(c.Source.File)
	if errors.Is(err, os.ErrNotExist) && !removal {
		return e.create(c, dry)
	}
	if err != nil {
		return spec.Object{}, err
	}
	at := f.segmentOf(c.Key)
	switch {
	case at < 0 && !removal:
		return e.create(c, dry)
	case at < 0:
		return spec.Object{}, nil // already removed
	case removal:
		return spec.Object{}, e.remove(f, at, dry)
	}
	return e.patch(f, at, c, dry)
}

// Preview returns the object that a change would result in, based on its Document
// only, or the zero Object for a removal. It reads and writes no file.
func Preview(c Change, opts spec.DecodeOptions) (spec.Object, error) {
	if c.Document == nil {
		return spec.Object{}, nil
	}
	text, err := newDocument(c.Document)
	if err != nil {
		return spec.Object{}, err
	}
	objects, errs := spec.Decode(c.Source.File, text, opts)
	if len(errs) > 0 {
		return spec.Object{}, errs
	}
	return findObject(objects, c.Key, c.Source.File)
}

// create writes a new file for the object.
func (e *Editor) create(c Change, dry bool) (spec.Object, error) {
	name := strings.ToLower(string(c.Key.Kind)) + "-" + c.Key.Namespace + "-" + c.Key.Name + ".yaml"
	rel, err := filepath.Rel(e.root, filepath.Join(e.dir, name))
	if err != nil {
		return spec.Object{}, err
	}
	f := &file{editor: e, rel: filepath.ToSlash(rel)}
	text, err := newDocument(c.Document)
	if err != nil {
		return spec.Object{}, err
	}
	obj, err := f.decodeObject(text, c.Key)
	if err != nil {
		return spec.Object{}, err
	}
	if _, err := os.Lstat(f.path()); !errors.Is(err, os.ErrNotExist) {
		return spec.Object{}, fmt.Errorf("%w: %s exists and does not declare %s", ErrConflict, f.rel, c.Key)
	}
	if dry {
		return obj, nil
	}
	return obj, f.write(text, 0o644)
}

// patch applies the patch to one document of a file.
func (e *Editor) patch(f *file, at int, c Change, dry bool) (spec.Object, error) {
	segment, err := patchDocument(f.segments[at], c.Patch)
	if err != nil {
		return spec.Object{}, err
	}
	text := bytes.Join(replaceSegment(f.segments, at, segment), nil)
	obj, err := f.decodeObject(text, c.Key)
	if err != nil || dry || bytes.Equal(text, f.data) {
		return obj, err
	}
	return obj, f.write(text, f.mode)
}

// remove removes a document from a file, and the file if it has no other document.
func (e *Editor) remove(f *file, at int, dry bool) error {
	rest := replaceSegment(f.segments, at)
	text := bytes.Join(rest, nil)
	if dry {
		return nil
	}
	if len(f.objects) == 1 {
		if err := f.checkUnchanged(); err != nil {
			return err
		}
		return os.Remove(f.path())
	}
	if _, errs := e.decode(f.rel, text); len(errs) > 0 {
		return errs
	}
	return f.write(text, f.mode)
}

// replaceSegment returns the segments with one of them replaced by others.
func replaceSegment(segments [][]byte, at int, by ...[]byte) [][]byte {
	var out [][]byte
	out = append(out, segments[:at]...)
	out = append(out, by...)
	return append(out, segments[at+1:]...)
}
