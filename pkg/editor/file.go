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

	"github.com/google/renameio/v2"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// file is a manifest file that the editor may change.
type file struct {
	editor *Editor
	// rel is the path relative to the root, separated by slashes.
	rel  string
	data []byte
	mode os.FileMode
	// objects holds the declared objects, and segments the text of each document.
	objects  []spec.Object
	segments [][]byte
}

func (f *file) path() string { return filepath.Join(f.editor.root, filepath.FromSlash(f.rel)) }

// open reads a file. It returns ErrDenied if the file must not be changed.
func (e *Editor) open(rel string) (*file, error) {
	f := &file{editor: e, rel: rel}
	if err := f.checkAccess(); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(f.path())
	if err != nil {
		return nil, err
	}
	objects, errs := e.decode(rel, data)
	if len(errs) > 0 {
		return nil, fmt.Errorf("%w: the file has errors, correct them first: %w", ErrDenied, errs)
	}
	f.data, f.objects, f.segments = data, objects, splitDocuments(data)
	return f, nil
}

// checkAccess returns ErrDenied with the reason if the file must not be changed.
func (f *file) checkAccess() error {
	deny := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s %s", ErrDenied, f.rel, fmt.Sprintf(format, args...))
	}
	parent, err := filepath.EvalSymlinks(filepath.Dir(f.path()))
	if err != nil {
		return err
	}
	if !within(f.editor.dir, parent) {
		return deny("is not in the writable directory %s: edit it by hand", f.editor.dir)
	}
	if filepath.Ext(f.rel) == ".json" {
		return deny("is a JSON file, and only YAML files are writable: edit it by hand")
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
			return deny("is owned by the user %d", owner.Uid)
		case owner.Nlink != 1:
			return deny("has hard links")
		}
	}
	return nil
}

// decodeObject decodes text and returns the object with the key.
func (f *file) decodeObject(text []byte, k spec.Key) (spec.Object, error) {
	objects, errs := f.editor.decode(f.rel, text)
	if len(errs) > 0 {
		return spec.Object{}, errs
	}
	return findObject(objects, k, f.rel)
}

// findObject returns the object with the key, or an error of the file.
func findObject(objects []spec.Object, k spec.Key, file string) (spec.Object, error) {
	for _, o := range objects {
		if o.Key() == k {
			return o, nil
		}
	}
	return spec.Object{}, spec.Errors{{
		Position: spec.Position{File: file}, Path: "metadata", Message: fmt.Sprintf("kind, namespace and name are immutable: want %s", k),
	}}
}

// segmentOf returns the index of the segment that declares the object, or -1.
func (f *file) segmentOf(k spec.Key) int {
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

// checkUnchanged returns ErrConflict if the file is no longer the one that was read.
func (f *file) checkUnchanged() error {
	now, err := os.ReadFile(f.path())
	if f.data == nil && errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil || f.data == nil || !bytes.Equal(now, f.data) {
		return fmt.Errorf("%w: %s", ErrConflict, f.rel)
	}
	return f.checkAccess()
}

// write replaces the file atomically, unless it was changed since it was read.
func (f *file) write(text []byte, mode os.FileMode) (err error) {
	pending, err := renameio.NewPendingFile(f.path(),
		renameio.WithTempDir(filepath.Dir(f.path())), renameio.WithStaticPermissions(mode))
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	defer func() { err = errors.Join(err, pending.Cleanup()) }()
	_, err = pending.Write(text)
	if err = errors.Join(err, pending.Sync()); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	if err := f.checkUnchanged(); err != nil { // as late as possible
		return fmt.Errorf("write manifest: %w", err)
	}
	if err := pending.CloseAtomicallyReplace(); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	return nil
}

// marker matches a document marker line.
var marker = regexp.MustCompile(`(?m)^---(?:[ \t\r].*)?$`)

// splitDocuments splits a text before each document marker.
func splitDocuments(data []byte) [][]byte {
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
