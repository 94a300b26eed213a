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

// Options say what may be written.
type Options struct {
	// Root is the directory of all manifests, Dir the one of them, or below it,
	// that may be written.
	Root, Dir string
	// Decode reads a manifest, whose path is relative to Root, as the controller
	// does; nil means spec.Decode without anything from outside the manifest.
	Decode func(rel string, data []byte) ([]spec.Object, spec.Errors)
}

// Change is what is to become of the document of one object.
type Change struct {
	Key spec.Key
	// Source is where the object is declared; the zero Position when it is not.
	Source spec.Position
	// Patch is a JSON merge patch of the document. Document is the whole of it,
	// for when there is none to patch. Both nil has the document removed.
	Patch, Document map[string]any
}

var (
	// ErrDenied says that a file must not be touched.
	ErrDenied = errors.New("the manifest must not be written")
	// ErrConflict says that a file is not what it was expected to be.
	ErrConflict = errors.New("the manifest was changed meanwhile")
)

// Editor changes manifests. It is safe for concurrent use.
type Editor struct {
	root, dir string
	decode    func(rel string, data []byte) ([]spec.Object, spec.Errors)

	mu sync.Mutex
}

// New makes an Editor; both directories have to be there.
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
		return nil, fmt.Errorf("%s is not in %s, the directory of the manifests: nobody would read what is written there", opts.Dir, opts.Root)
	}
	rel, _ := filepath.Rel(root, dir)
	for part := range strings.SplitSeq(filepath.ToSlash(rel), "/") {
		if part != "." && strings.HasPrefix(part, ".") || strings.HasPrefix(part, "_") {
			return nil, fmt.Errorf("%s is skipped, as its path has a name that begins with . or _", opts.Dir)
		}
	}
	e := &Editor{root: root, dir: dir, decode: opts.Decode}
	if e.decode == nil {
		e.decode = func(rel string, data []byte) ([]spec.Object, spec.Errors) {
			folder := filepath.Dir(filepath.Join(root, filepath.FromSlash(rel)))
			return spec.Decode(rel, data, spec.DecodeOptions{Dir: folder})
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
		err = fmt.Errorf("%s is no directory", path)
	}
	return place, err
}

func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// Edit carries out a change, unless it is dry, and is the object that comes of
// it; the zero one for a removal. What is not a valid manifest is spec.Errors.
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
	f, err := e.read(c.Source.File)
	if errors.Is(err, os.ErrNotExist) && !removal {
		return e.create(c, dry)
	}
	if err != nil {
		return spec.Object{}, err
	}
	at := f.find(c.Key)
	switch {
	case at < 0 && !removal:
		return e.create(c, dry)
	case at < 0:
		return spec.Object{}, nil // it is gone already
	case removal:
		return spec.Object{}, e.remove(f, at, dry)
	}
	return e.patch(f, at, c, dry)
}

// Preview is the object that would come of a change, judged by its Document
// alone; the zero one for a removal. It touches no file.
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
	return pick(objects, c.Key, c.Source.File)
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
	obj, err := f.check(text, c.Key)
	if err != nil {
		return spec.Object{}, err
	}
	if _, err := os.Lstat(f.path()); !errors.Is(err, os.ErrNotExist) {
		return spec.Object{}, fmt.Errorf("%w: %s is there and does not declare %s", ErrConflict, f.rel, c.Key)
	}
	if dry {
		return obj, nil
	}
	return obj, f.write(text, 0o644)
}

// patch changes a document of a file.
func (e *Editor) patch(f *file, at int, c Change, dry bool) (spec.Object, error) {
	segment, err := patchDocument(f.segments[at], c.Patch)
	if err != nil {
		return spec.Object{}, err
	}
	text := bytes.Join(replaced(f.segments, at, segment), nil)
	obj, err := f.check(text, c.Key)
	if err != nil || dry || bytes.Equal(text, f.data) {
		return obj, err
	}
	return obj, f.write(text, f.mode)
}

// remove takes a document out of a file, and the file away with its last one.
func (e *Editor) remove(f *file, at int, dry bool) error {
	rest := replaced(f.segments, at)
	text := bytes.Join(rest, nil)
	if dry {
		return nil
	}
	if len(f.objects) == 1 {
		if err := f.unchanged(); err != nil {
			return err
		}
		return os.Remove(f.path())
	}
	if _, errs := e.decode(f.rel, text); len(errs) > 0 {
		return errs
	}
	return f.write(text, f.mode)
}

// replaced are the segments with others in the place of one.
func replaced(segments [][]byte, at int, by ...[]byte) [][]byte {
	var out [][]byte
	out = append(out, segments[:at]...)
	out = append(out, by...)
	return append(out, segments[at+1:]...)
}
