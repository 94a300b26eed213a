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

// ValidatePath finds the faults of a manifest file, or of all in a directory
// and between them. Positions begin with the path as given. objects counts what
// is declared without a fault; err is why not everything could be read.
func ValidatePath(path string, opts Options) (objects int, errs spec.Errors, err error) {
	root, err := filepath.Abs(path)
	if err != nil {
		return 0, nil, err
	}
	source := New(root, opts)
	s := source.newScanner()
	s.settle, s.prefix = 0, path
	result := s.scan(context.Background())
	m, _ := memory{}.step(result, time.Time{})
	for _, problem := range m.set.Problems {
		errs = append(errs, problem.Error)
	}
	for _, rel := range slices.Sorted(maps.Keys(result.files)) {
		if result.files[rel].unsettled {
			return 0, errs, fmt.Errorf("read %s: %w", filepath.Join(path, rel), errUnsettled)
		}
	}
	return len(m.known), errs, result.err
}

// ValidateBytes finds the faults of one manifest that is no file, such as
// standard input; name stands for it in positions. What would be read beside it
// is not; host paths are judged as if it were in the working directory.
func ValidateBytes(name string, data []byte, opts Options) (objects int, errs spec.Errors) {
	decode := spec.DecodeOptions{Defaults: opts.Defaults, Policy: opts.Policy.For(".")}
	if !opts.Literal {
		decode.Lookup = os.LookupEnv
	}
	found, errs := spec.Decode(name, data, decode)
	return len(found), errs
}

// Decode decodes the content that a file of the directory has or is to have, by
// its path relative to root, with the variables and files that it would find
// there.
func Decode(root, rel string, data []byte, opts Options) ([]spec.Object, spec.Errors) {
	source := New(root, opts)
	s := source.newScanner()
	s.settle = 0
	w := &walk{scanner: s, result: scan{files: map[string]file{}, targets: map[string]bool{}}}
	if place, err := filepath.EvalSymlinks(s.root); err == nil {
		w.result.real = place
	}
	f := w.decode(filepath.ToSlash(rel), data, time.Time{})
	if f.unsettled {
		return nil, spec.Errors{{Position: spec.Position{File: rel}, Message: "a file that it names " + errUnsettled.Error()}}
	}
	return f.objects, f.errs
}
