// SPDX-License-Identifier: Apache-2.0

package editor

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// file is a manifest file that may be changed.
type file struct {
	editor *Editor
	// rel is its path below the root, with slashes.
	rel  string
	data []byte
	mode os.FileMode
	// objects are what it declares; segments are its text, a document each.
	objects  []spec.Object
	segments [][]byte
}

func (f *file) path() string { return filepath.Join(f.editor.root, filepath.FromSlash(f.rel)) }

// read reads a file that may be changed.
func (e *Editor) read(rel string) (*file, error) {
	f := &file{editor: e, rel: rel}
	if err := f.permitted(); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(f.path())
	if err != nil {
		return nil, err
	}
	objects, errs := e.decode(rel, data)
	if len(errs) > 0 {
		return nil, fmt.Errorf("%w: it is at fault, mend it first: %w", ErrDenied, errs)
	}
	f.data, f.objects, f.segments = data, objects, split(data)
	return f, nil
}

// permitted reports why the file must not be touched.
func (f *file) permitted() error {
	deny := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s %s", ErrDenied, f.rel, fmt.Sprintf(format, args...))
	}
	parent, err := filepath.EvalSymlinks(filepath.Dir(f.path()))
	if err != nil {
		return err
	}
	if !within(f.editor.dir, parent) {
		return deny("is not in %s, the only directory that may be written: edit it yourself", f.editor.dir)
	}
	if filepath.Ext(f.rel) == ".json" {
		return deny("is JSON, and only YAML is written: edit it yourself")
	}
	info, err := os.Lstat(f.path())
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return deny("is not a regular file")
	}
	f.mode = info.Mode().Perm()
	if owner, known := info.Sys().(*syscall.Stat_t); known {
		switch {
		case int(owner.Uid) != os.Geteuid():
			return deny("belongs to the user %d", owner.Uid)
		case owner.Nlink != 1:
			return deny("has other names (hard links)")
		}
	}
	return nil
}

// check is the object of a key that a text declares.
func (f *file) check(text []byte, k spec.Key) (spec.Object, error) {
	objects, errs := f.editor.decode(f.rel, text)
	if len(errs) > 0 {
		return spec.Object{}, errs
	}
	return pick(objects, k, f.rel)
}

// pick is the object of a key among those of a file.
func pick(objects []spec.Object, k spec.Key, file string) (spec.Object, error) {
	for _, o := range objects {
		if o.Key() == k {
			return o, nil
		}
	}
	return spec.Object{}, spec.Errors{{
		Position: spec.Position{File: file}, Path: "metadata", Message: fmt.Sprintf("kind, namespace and name cannot be changed: want %s", k),
	}}
}

// find is the segment that declares the object, or -1.
func (f *file) find(k spec.Key) int {
	i := slices.IndexFunc(f.objects, func(o spec.Object) bool { return o.Key() == k })
	if i < 0 {
		return -1
	}
	line := f.objects[i].Source.Line
	for at, segment := range f.segments {
		if line -= bytes.Count(segment, []byte("\n")); line <= 0 || at == len(f.segments)-1 {
			return at
		}
	}
	return -1
}

// unchanged reports that the file is not what was read.
func (f *file) unchanged() error {
	now, err := os.ReadFile(f.path())
	if f.data == nil && errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil || f.data == nil || !bytes.Equal(now, f.data) {
		return fmt.Errorf("%w: %s", ErrConflict, f.rel)
	}
	return f.permitted()
}

// write replaces the file in one step.
func (f *file) write(text []byte, mode os.FileMode) error {
	temporary, err := os.CreateTemp(filepath.Dir(f.path()), ".reconciler-*")
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	_, err = temporary.Write(text)
	err = errors.Join(err, temporary.Chmod(mode), temporary.Sync(), temporary.Close())
	if err == nil {
		err = f.unchanged()
	}
	if err == nil {
		err = os.Rename(temporary.Name(), f.path())
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write the manifest: %w", err), os.Remove(temporary.Name()))
	}
	return nil
}

// marker matches the line that begins a document.
var marker = regexp.MustCompile(`(?m)^---(?:[ \t\r].*)?$`)

// split cuts a text before each line that begins a document.
func split(data []byte) [][]byte {
	var out [][]byte
	begin := 0
	for _, at := range marker.FindAllIndex(data, -1) {
		if at[0] > begin {
			out = append(out, data[begin:at[0]])
			begin = at[0]
		}
	}
	return append(out, data[begin:])
}
