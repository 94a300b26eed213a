// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"
)

// ignoreFile is the name of files with patterns of paths that are not read, in the
// syntax of .gitignore.
const ignoreFile = ".reconcilerignore"

// ignore holds the patterns of a scan. The last pattern that matches decides.
type ignore struct{ patterns []gitignore.Pattern }

// defaultIgnore returns the patterns that apply before the ones of any file: the
// directories of dependencies and of version control.
func defaultIgnore() ignore {
	return ignore{[]gitignore.Pattern{
		gitignore.ParsePattern("node_modules/", nil),
		gitignore.ParsePattern("vendor/", nil),
		gitignore.ParsePattern(".git/", nil),
	}}
}

// load adds the patterns of the ignore file in the directory at place, whose path in
// the source is rel. They apply to that directory and everything below it.
func (i *ignore) load(rel, place string, entries []fs.DirEntry) error {
	if !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == ignoreFile }) {
		return nil
	}
	file, err := filepath.EvalSymlinks(filepath.Join(place, ignoreFile))
	var data []byte
	if err == nil {
		data, _, err = read(file)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist): // removed after the directory was listed
		return nil
	case err != nil:
		return fmt.Errorf("read %s: %w", filepath.Join(rel, ignoreFile), err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		if line := lines.Text(); !strings.HasPrefix(line, "#") && strings.TrimSpace(line) != "" {
			i.patterns = append(i.patterns, gitignore.ParsePattern(line, elements(rel)))
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read %s: %w", filepath.Join(rel, ignoreFile), err)
	}
	return nil
}

// matches reports whether the path rel in the source is not read. It assumes that
// the directories above it are read.
func (i *ignore) matches(rel string, dir bool) bool {
	at := elements(rel)
	for _, p := range slices.Backward(i.patterns) {
		if result := p.Match(at, dir); result != gitignore.NoMatch {
			return result == gitignore.Exclude
		}
	}
	return false
}

// elements returns the elements of a path in the source.
func elements(rel string) []string {
	if rel == "" {
		return nil
	}
	return strings.Split(rel, "/")
}
