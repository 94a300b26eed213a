// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// folders are the measured parts of a tree.
var folders = []string{"cmd", "pkg", "hack"}

// item is something measured: its position, its name and its size in lines or
// methods.
type item struct {
	position string
	name     string
	size     int
}

// measurement is the raw result of one tree, before any limit is applied.
type measurement struct {
	files     []item
	functions []item
	// types are the receiver types with the number of their methods.
	types []item
	// declared are all types, from which the promoted methods are computed.
	declared typeSet
	// packages is the number of folders with measured files.
	packages int
	// withoutDoc are the packages that have no doc.go.
	withoutDoc []item
	// exported is the number of exported names.
	exported int
	// undocumented are the exported names without a comment.
	undocumented []item
}

// measure parses the tree at root. Positions are relative to root.
func measure(root string) (*measurement, error) {
	m := &measurement{declared: typeSet{}}
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(root, folder), func(dir string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist) && d == nil:
				return nil
			case err != nil:
				return err
			case !d.IsDir():
				return nil
			case d.Name() == "testdata" || strings.HasPrefix(d.Name(), "."):
				return filepath.SkipDir
			}
			return m.folder(root, dir)
		})
		if err != nil {
			return nil, err
		}
	}
	if len(m.files) == 0 {
		return nil, fmt.Errorf("no Go files below %s of %q", strings.Join(folders, ", "), root)
	}
	return m, nil
}

// folder measures the package in dir. It does nothing if there is none.
func (m *measurement) folder(root, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	p := newPackage(m)
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		if err := p.add(root, filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	rel, err := filepath.Rel(root, dir)
	if err != nil {
		return err
	}
	p.close(filepath.ToSlash(rel))
	return nil
}
