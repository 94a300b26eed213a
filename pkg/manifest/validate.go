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

// Validation is the result of validating manifests.
type Validation struct {
	// Objects is the number of valid objects.
	Objects int
	// Errors lists all errors, and Warnings the references that are probably
	// misspelled.
	Errors, Warnings spec.Errors
	// OtherFiles lists the files of other tools, which are not validated.
	OtherFiles []spec.OtherFiles
}

// ValidatePath validates a manifest file, or all manifests of a directory and the
// conflicts between them. Positions begin with path. It returns an error if a file
// could not be read.
func ValidatePath(path string, opts Options) (Validation, error) {
	root, err := filepath.Abs(path)
	if err != nil {
		return Validation{}, err
	}
	source := New(root, opts)
	s := source.newScanner()
	s.minAge, s.prefix = 0, path
	result := s.scan(context.Background())
	m, _ := state{}.advance(result, time.Time{})
	v := Validation{
		Objects: len(m.known), Errors: errorsOf(m.set.Problems), Warnings: errorsOf(m.set.Warnings), OtherFiles: m.set.OtherFiles,
	}
	locate(v.Warnings, os.ReadFile)
	for i := range v.OtherFiles {
		v.OtherFiles[i].Dir = filepath.Join(path, v.OtherFiles[i].Dir)
	}
	for _, rel := range slices.Sorted(maps.Keys(result.files)) {
		if result.files[rel].unstable {
			v.Objects = 0
			return v, fmt.Errorf("read %s: %w", filepath.Join(path, rel), errUnstable)
		}
	}
	return v, result.err
}

// locate replaces the positions of documents in warnings by the positions of the
// fields. A warning about a file that cannot be read keeps its position.
func locate(warnings spec.Errors, read func(file string) ([]byte, error)) {
	for i, w := range warnings {
		if data, err := read(w.Position.File); err == nil {
			warnings[i].Position = spec.Locate(data, w.Position, w.Path)
		}
	}
}

// errorsOf returns the errors of problems.
func errorsOf(problems []spec.Problem) spec.Errors {
	var errs spec.Errors
	for _, p := range problems {
		errs = append(errs, p.Error)
	}
	return errs
}

// ValidateBytes validates a manifest that is not a file, such as standard input.
// Positions begin with name. Files that the manifest refers to are not read, and the
// policy resolves host paths against the working directory.
func ValidateBytes(name string, data []byte, opts Options) Validation {
	decode := spec.DecodeOptions{Defaults: opts.Defaults, Policy: opts.Policy.For(".")}
	if !opts.Literal {
		decode.Lookup = os.LookupEnv
	}
	found, errs := spec.Decode(name, data, decode)
	if len(errs) > 0 {
		if tool, _ := spec.Recognize(name, data); tool != "" {
			errs = spec.Errors{notManifest(name, tool)}
		}
	}
	objects := map[spec.Key]spec.Object{}
	for _, o := range found {
		objects[o.Key()] = o
	}
	warnings := errorsOf(spec.Misspelled(spec.Resolve(objects)))
	locate(warnings, func(string) ([]byte, error) { return data, nil })
	return Validation{Objects: len(found), Errors: errs, Warnings: warnings}
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
