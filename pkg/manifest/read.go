// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// readAttempts is the maximum number of reads of a file that is being changed.
const readAttempts = 3

// The errors of files without content.
var (
	errIrregular = errors.New("not a regular file")
	errUnstable  = errors.New("the file changes while it is read")
)

// readManifest reads the file at place, whose path in the source is rel. A file that
// no longer exists or is not a regular file is ignored.
func (w *walk) readManifest(rel, place string) {
	data, written, err := read(place)
	switch {
	case errors.Is(err, errIrregular), errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, errUnstable):
		w.result.files[rel] = file{unstable: true}
	case err != nil:
		w.addError(rel, "cannot read the file: "+errorText(err), "")
	default:
		w.result.files[rel] = w.decode(rel, data, written)
	}
}

// baseDir returns the directory against which the relative paths of a file are
// resolved. It is the directory of a link, not of the file it leads to.
func (w *walk) baseDir(rel string) string {
	if w.result.real == "" {
		return filepath.Dir(w.root)
	}
	return filepath.Dir(filepath.Join(w.root, filepath.FromSlash(rel)))
}

// decode decodes the content of a file, or returns the cached result. Content that
// was written just now is unstable, because it may be incomplete even if it is
// valid.
func (w *walk) decode(rel string, data []byte, written time.Time) file {
	sum := sha256.Sum256(data)
	known, ok := w.cache[rel]
	b := w.sideFiles(rel, known.sideFiles)
	if ok && known.sum == sum && b.unchanged() {
		return known.file
	}
	if age := time.Since(written); age >= 0 && age < w.minAge {
		return file{unstable: true}
	}
	b = w.sideFiles(rel, known.sideFiles)
	opts := spec.DecodeOptions{Defaults: w.defaults, Dir: b.dir, Read: b.read, Policy: w.policy}
	if w.environment != nil {
		opts.Lookup = b.lookup
	}
	objects, errs := spec.Decode(w.label(rel), data, opts)
	if b.unstable {
		return file{unstable: true}
	}
	if b.envError != nil {
		objects, errs = nil, append(errs, *b.envError)
	}
	f := file{objects: objects, errs: errs}
	if len(errs) > 0 {
		f = w.recognize(rel, data, errs)
	}
	w.cache[rel] = decoded{sum, f, b.seen}
	return f
}

// recognize returns the result for a file with errors. If the file is of a known
// type of another tool, one error replaces all others. A single file that is the
// source is always taken for a manifest.
func (w *walk) recognize(rel string, data []byte, errs spec.Errors) file {
	tool, foreign := spec.Recognize(path.Base(rel), data)
	if tool != "" {
		errs = spec.Errors{notManifest(w.label(rel), tool)}
	}
	return file{errs: errs, foreign: foreign && w.result.real != "", tool: tool}
}

// notManifest returns the error for a file of another tool where a manifest is
// expected.
func notManifest(label, tool string) spec.Error {
	return spec.Error{
		Position: spec.Position{File: label}, Message: "not a manifest: it looks like a " + tool,
		Hint: "see docs/manifest.md for the form of manifests",
	}
}

// read returns the content of a regular file, truncated after the maximum size of a
// manifest, and its modification time. It returns errUnstable if the file changed
// during each attempt.
func read(name string) (data []byte, written time.Time, err error) {
	for range readAttempts {
		data, written, err = readOnce(name)
		if !errors.Is(err, errUnstable) {
			break
		}
	}
	return data, written, err
}

// readOnce reads a file once. It neither blocks on a pipe nor follows a link that
// has replaced the file.
func readOnce(name string) ([]byte, time.Time, error) {
	var never time.Time
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.ENXIO) {
		return nil, never, errIrregular
	}
	if err != nil {
		return nil, never, err
	}
	defer func() { _ = f.Close() }() // opened for reading only
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
		return nil, never, errUnstable
	}
	return data, after.ModTime(), nil
}
