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

// neighbour is one look at a file that a manifest names, or that was looked for.
type neighbour struct {
	sum [sha256.Size]byte
	err string
}

// beside reads the files that one manifest names, and remembers what it found:
// the manifest is decoded anew when one of them has become another.
type beside struct {
	*walk
	// folder is that of the manifest, and rel its path below the root.
	folder, rel string
	// before is what was found the last time, and seen what was now, by name.
	before, seen map[string]neighbour
	unsettled    bool
	// env are the variables of the .env file, once it was read; envFault is what
	// is wrong with it.
	env      map[string]string
	envRead  bool
	envFault *spec.Error
}

func (w *walk) beside(rel string, before map[string]neighbour) *beside {
	return &beside{walk: w, folder: w.folder(rel), rel: rel, before: before, seen: map[string]neighbour{}}
}

// unchanged reports that the files are what they were.
func (b *beside) unchanged() bool {
	for name, was := range b.before {
		if _, _ = b.read(name); b.seen[name] != was {
			return false
		}
	}
	return true
}

var (
	errNoFile   = errors.New("there is no such file")
	errOutside  = errors.New("it leads outside the directory of the manifests")
	errTooLarge = fmt.Errorf("it has more than %d bytes", spec.MaxBytes)
)

// read is the content of the file that the manifest calls name. A change of it
// is noticed from then on.
func (b *beside) read(name string) ([]byte, error) {
	data, written, err := b.find(name)
	switch {
	case errors.Is(err, errUnsettled):
		b.unsettled = true
	case errors.Is(err, fs.ErrNotExist):
		err = errNoFile
	case err != nil:
		err = errors.New(cause(err))
	}
	found := neighbour{sum: sha256.Sum256(data)}
	if err != nil {
		found.err = err.Error()
	}
	if age := time.Since(written); b.before[name] != found && !written.IsZero() && age >= 0 && age < b.settle {
		b.unsettled = true
	}
	b.seen[name] = found
	return data, err
}

// find reads a file by the name that the manifest gives it.
func (b *beside) find(name string) ([]byte, time.Time, error) {
	var never time.Time
	place := filepath.Join(b.folder, filepath.FromSlash(name))
	top, realTop := b.root, b.result.real
	if realTop == "" { // a file is the whole source
		top = filepath.Dir(b.root)
		realTop, _ = filepath.EvalSymlinks(top)
	}
	if !within(top, place) {
		return nil, never, errOutside
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(place)); err == nil && within(realTop, dir) {
		b.watch(dir)
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
	b.watch(filepath.Dir(found))
	b.result.targets[found] = true
	data, written, err := read(found)
	if len(data) > spec.MaxBytes {
		return nil, never, errTooLarge
	}
	return data, written, err
}

// lookup is a variable of the environment, or of the .env file beside the
// manifest.
func (b *beside) lookup(name string) (string, bool) {
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

func (b *beside) readEnv() {
	const name = ".env"
	data, err := b.read(name)
	fault := spec.Error{Position: spec.Position{File: b.label(path.Join(path.Dir(b.rel), name))}}
	switch {
	case errors.Is(err, errNoFile):
	case err != nil:
		fault.Message = "the file cannot be read: " + err.Error()
		b.envFault = &fault
	default:
		b.env, err = spec.ParseEnvFile(string(data))
		var line *spec.EnvFileError
		if errors.As(err, &line) {
			fault.Position.Line, fault.Position.Column, fault.Message = line.Line, 1, line.Message
			b.envFault = &fault
		}
	}
}
