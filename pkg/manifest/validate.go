// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// ValidatePath validates a manifest file, or all manifests of a directory and the
// conflicts between them. Positions begin with path. It returns the number of valid
// objects, all errors of manifests, and an error if a file could not be read.
func ValidatePath(path string, opts Options) (objects int, errs spec.Errors, err error) {
	root, err := filepath.Abs(path)
	if err != nil {
		return 0, nil, err
	}
	source := New(root, opts)
	s := source.newScanner()
	s.minAge, s.prefix = 0, path
	result := s.scan(context.Background())
	m, _ := state{}.advance(result, time.Time{})
	for _, problem := range m.set.Problems {
		errs = append(errs, problem.Error)
	}
	for _, rel := range slices.Sorted(maps.Keys(result.files)) {
		if result.files[rel].unstable {
			return 0, errs, fmt.Errorf("read %s: %w", filepath.Join(path, rel), errUnstable)
		}
	}
	return len(m.known), errs, result.err
}

// ValidateBytes validates a manifest that is not a file, such as standard input.
// Positions begin with name. Files that the manifest refers to are not read, and the
// policy resolves host paths against the working directory.
func ValidateBytes(name string, data []byte, opts Options) (objects int, errs spec.Errors) {
	decode := spec.DecodeOptions{Defaults: opts.Defaults, Policy: opts.Policy.For(".")}
	if !opts.Literal {
		decode.Lookup = os.LookupEnv
	}
	found, errs := spec.Decode(name, data, decode)
	return len(found), errs
}

// Decode decodes data as the content of the file at the path rel, relative to root.
// It uses the variables and files of that place; the file need not exist.
func Decode(root, rel string, data []byte, opts Options) ([]spec.Object, spec.Errors) {
	source := New(root, opts)
	s := source.newScanner()
	s.minAge = 0
	w := &walk{scanner: s, result: scan{files: map[string]file{}, targets: map[string]bool{}}}
	if place, err := filepath.EvalSymlinks(s.root); err == nil {
		w.result.real = place
	}
	f := w.decode(filepath.ToSlash(rel), data, time.Time{})
	if f.unstable {
		return nil, spec.Errors{{Position: spec.Position{File: rel}, Message: "cannot read a file that the manifest refers to: " + errUnstable.Error()}}
	}
	return f.objects, f.errs
}
