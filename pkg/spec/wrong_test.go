// SPDX-License-Identifier: Apache-2.0

package spec_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

var update = flag.Bool("update", false, "update the golden files")

// TestWrong compares the errors of each invalid manifest in testdata/wrong with the
// golden file. Each error has a position, a field, a message and a hint.
func TestWrong(t *testing.T) {
	files, err := filepath.Glob("testdata/wrong/*.yaml")
	if err != nil || len(files) < 120 {
		t.Fatalf("found %d invalid manifests: %v", len(files), err)
	}
	var all strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		objects, errs := spec.Decode(name, data, spec.DecodeOptions{})
		if len(objects) > 0 || len(errs) == 0 {
			t.Errorf("%s: got %d objects and %d errors, want none and some", name, len(objects), len(errs))
		}
		for _, e := range errs {
			if e.Position.File != name || e.Position.Line < 1 || e.Position.Column < 1 {
				t.Errorf("%s: %v has no position", name, e)
			}
			if e.Hint == "" {
				t.Errorf("%s: %v has no hint", name, e)
			}
		}
		all.WriteString(errs.Error() + "\n\n")
	}
	golden(t, "testdata/wrong.golden", all.String())
}

// golden compares got with a file, or with -update writes the file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update accepts it):\n%s", file, diff)
	}
}
