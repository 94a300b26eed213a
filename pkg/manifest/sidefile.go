// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// sideFile is the state of a file that a manifest refers to: a digest of its
// content, or an error.
type sideFile struct {
	sum [sha256.Size]byte
	err string
}

// sideFiles reads the files that one manifest refers to, and records their states,
// so that the manifest is decoded again when one of them changes.
type sideFiles struct {
	*walk
	// dir is the directory of the manifest, and rel its path relative to the root.
	dir, rel string
	// before holds the states of the previous scan, and seen the states of this scan, by
	// name.
	before, seen map[string]sideFile
	unstable     bool
	// env holds the variables of the .env file after it was read; envError is the
	// error of the file.
	env      map[string]string
	envRead  bool
	envError *spec.Error
}

func (w *walk) sideFiles(rel string, before map[string]sideFile) *sideFiles {
	return &sideFiles{walk: w, dir: w.baseDir(rel), rel: rel, before: before, seen: map[string]sideFile{}}
}

// unchanged reports whether all files have the same state as before.
func (b *sideFiles) unchanged() bool {
	for name, was := range b.before {
		if _, _ = b.read(name); b.seen[name] != was {
			return false
		}
	}
	return true
}

var (
	errNoFile   = errors.New("the file does not exist")
	errOutside  = errors.New("the path leads outside the directory of the manifests")
	errTooLarge = fmt.Errorf("the file has more than %d bytes", spec.MaxBytes)
)

// read returns the content of a file by its name in the manifest, and records its
// state.
func (b *sideFiles) read(name string) ([]byte, error) {
	data, written, err := b.open(name)
	switch {
	case errors.Is(err, errUnstable):
		b.unstable = true
	case errors.Is(err, fs.ErrNotExist):
		err = errNoFile
	case err != nil:
		err = errors.New(errorText(err))
	}
	found := sideFile{sum: sha256.Sum256(data)}
	if err != nil {
		found.err = err.Error()
	}
	if age := time.Since(written); b.before[name] != found && !written.IsZero() && age >= 0 && age < b.minAge {
		b.unstable = true
	}
	b.seen[name] = found
	return data, err
}

// open reads a file by its name in the manifest.
func (b *sideFiles) open(name string) ([]byte, time.Time, error) {
	var never time.Time
	place := filepath.Join(b.dir, filepath.FromSlash(name))
	top, realTop := b.root, b.result.real
	if realTop == "" { // the source is a single file
		top = filepath.Dir(b.root)
		realTop, _ = filepath.EvalSymlinks(top)
	}
	if !within(top, place) {
		return nil, never, errOutside
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(place)); err == nil && within(realTop, dir) {
		b.watchDir(dir)
		b.result.targets[filepath.Join(dir, filepath.Base(place))] = true
	}
	found, err := filepath.EvalSymlinks(place)
	if err != nil {
		return nil, never, err
	}
	if !within(realTop, found) {
		return nil, never, errOutside
	}
	if info, err := os.Stat(found); err == nil && !info.Mode().IsRegular() {
		return nil, never, errIrregular
	}
	b.watchDir(filepath.Dir(found))
	b.result.targets[found] = true
	data, written, err := read(found)
	if len(data) > spec.MaxBytes {
		return nil, never, errTooLarge
	}
	return data, written, err
}

// lookup returns a variable of the environment, or of the .env file in the directory
// of the manifest.
func (b *sideFiles) lookup(name string) (string, bool) {
	if value, set := b.environment(name); set {
		return value, true
	}
	if !b.envRead {
		b.envRead = true
		b.readEnv()
	}
	value, set := b.env[name]
	return value, set
}

func (b *sideFiles) readEnv() {
	const name = ".env"
	data, err := b.read(name)
	envError := spec.Error{Position: spec.Position{File: b.label(path.Join(path.Dir(b.rel), name))}}
	switch {
	case errors.Is(err, errNoFile):
	case err != nil:
		envError.Message = "cannot read the file: " + err.Error()
		b.envError = &envError
	default:
		b.env, err = spec.ParseEnvFile(string(data))
		var line *spec.EnvFileError
		if errors.As(err, &line) {
			envError.Position.Line, envError.Position.Column, envError.Message = line.Line, 1, line.Message
			b.envError = &envError
		}
	}
}
