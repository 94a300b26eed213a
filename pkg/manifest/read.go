// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// readAttempts is how often a file is read that changes under the reader.
const readAttempts = 3

// Why a file yields no content.
var (
	errIrregular = errors.New("not a regular file")
	errUnsettled = errors.New("it changes while it is read")
)

// file reads the file at place, which is known as rel. What is gone by now, or
// is no regular file, is not there.
func (w *walk) file(rel, place string) {
	data, written, err := read(place)
	switch {
	case errors.Is(err, errIrregular), errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, errUnsettled):
		w.result.files[rel] = file{unsettled: true}
	case err != nil:
		w.fault(rel, "the file cannot be read: "+cause(err), "")
	default:
		w.result.files[rel] = w.decode(rel, data, written)
	}
}

// folder is where the relative paths in a file start: where its name is, not
// where a link under that name leads.
func (w *walk) folder(rel string) string {
	if w.result.real == "" {
		return filepath.Dir(w.root)
	}
	return filepath.Dir(filepath.Join(w.root, filepath.FromSlash(rel)))
}

// decode decodes a content, once. One that was written just now may be the
// first half of another, however good it looks.
func (w *walk) decode(rel string, data []byte, written time.Time) file {
	sum := sha256.Sum256(data)
	known, ok := w.cache[rel]
	b := w.beside(rel, known.beside)
	if ok && known.sum == sum && b.unchanged() {
		return known.file
	}
	if age := time.Since(written); age >= 0 && age < w.settle {
		return file{unsettled: true}
	}
	b = w.beside(rel, known.beside)
	opts := spec.DecodeOptions{Defaults: w.defaults, Dir: b.folder, Read: b.read, Policy: w.policy}
	if w.environment != nil {
		opts.Lookup = b.lookup
	}
	objects, errs := spec.Decode(w.label(rel), data, opts)
	if b.unsettled {
		return file{unsettled: true}
	}
	if b.envFault != nil {
		objects, errs = nil, append(errs, *b.envFault)
	}
	f := file{objects: objects, errs: errs}
	w.cache[rel] = decoded{sum, f, b.seen}
	return f
}

// read is the content of a regular file, cut off where it exceeds what a
// manifest may have, and when it was written. It fails with errUnsettled when
// the file changed each time.
func read(name string) (data []byte, written time.Time, err error) {
	for range readAttempts {
		data, written, err = readOnce(name)
		if !errors.Is(err, errUnsettled) {
			break
		}
	}
	return data, written, err
}

// readOnce must not hang on a pipe that took the file's place, nor follow a
// link that did.
func readOnce(name string) ([]byte, time.Time, error) {
	var never time.Time
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.ENXIO) {
		return nil, never, errIrregular
	}
	if err != nil {
		return nil, never, err
	}
	defer func() { _ = f.Close() }() // only read
	before, err := f.Stat()
	if err != nil {
		return nil, never, err
	}
	if !before.Mode().IsRegular() {
		return nil, never, errIrregular
	}
	data, err := io.ReadAll(io.LimitReader(f, spec.MaxBytes+1))
	if err != nil {
		return nil, never, fmt.Errorf("read: %w", err)
	}
	after, err := f.Stat()
	if err != nil {
		return nil, never, err
	}
	if before.Size() != after.Size() || !before.ModTime().Equal(after.ModTime()) || len(data) < int(min(after.Size(), spec.MaxBytes)) {
		return nil, never, errUnsettled
	}
	return data, after.ModTime(), nil
}
