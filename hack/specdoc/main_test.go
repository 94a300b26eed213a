// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// root is the repository, relative to this test.
const root = "../.."

// TestFresh checks that all generated files are up to date.
func TestFresh(t *testing.T) {
	all, err := comments(root)
	if err != nil {
		t.Fatal(err)
	}
	more, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(all, more)
	for name, want := range all {
		got, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
		}
		if !bytes.Equal(want, got) {
			t.Errorf("%s is out of date: run go generate ./pkg/spec (-want +got):\n%s", name, cmp.Diff(string(want), string(got)))
		}
	}
}

// TestComplete checks that all fields and types have a comment.
func TestComplete(t *testing.T) {
	var check func(fields []spec.Field)
	check = func(fields []spec.Field) {
		for _, f := range fields {
			if f.Doc == "" || !strings.HasSuffix(f.Doc, ".") {
				t.Errorf("%s has the comment %q", f.Path, f.Doc)
			}
			if (f.Change == "") == (len(f.Fields) == 0) {
				t.Errorf("%s has the change %q and %d fields", f.Path, f.Change, len(f.Fields))
			}
			check(f.Fields)
		}
	}
	for _, kind := range spec.Kinds() {
		if spec.KindDoc(kind) == "" {
			t.Errorf("%s has no comment", kind)
		}
		check(spec.Fields(kind))
	}
}

// compiled returns a schema of docs/schema.
func compiled(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "docs", "schema", name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// documents returns the documents of a manifest as JSON values.
func documents(t *testing.T, data []byte) []any {
	t.Helper()
	var all []any
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc any
		err := decoder.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, value)
	}
}

var modeline = regexp.MustCompile(`^# yaml-language-server: \$schema=(\S+)\n`)

// TestExamples checks that each example refers to a schema, is valid by it, and is
// accepted.
func TestExamples(t *testing.T) {
	found := 0
	err := filepath.WalkDir(filepath.Join(root, "manifests"), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".yaml" {
			return err
		}
		found++
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			line := modeline.FindSubmatch(data)
			if line == nil {
				t.Fatal("the first line is not # yaml-language-server: $schema=...")
			}
			schema := filepath.Join(filepath.Dir(name), string(line[1]))
			if rel, err := filepath.Rel(filepath.Join(root, "docs", "schema"), schema); err != nil || !filepath.IsLocal(rel) {
				t.Fatalf("%s is not a file of docs/schema", line[1])
			}
			s := compiled(t, filepath.Base(schema))
			for _, doc := range documents(t, data) {
				if err := s.Validate(doc); err != nil {
					t.Error(err)
				}
			}
			unset := func(string) (string, bool) { return "", false } // each variable has a default
			read := func(file string) ([]byte, error) { return os.ReadFile(filepath.Join(filepath.Dir(name), file)) }
			if _, errs := spec.Decode(name, data, spec.DecodeOptions{Read: read, Lookup: unset}); len(errs) > 0 {
				t.Error(errs)
			}
		})
		return nil
	})
	if err != nil || found == 0 {
		t.Fatalf("found %d examples: %v", found, err)
	}
}

// TestSchema checks that a manifest with every field is valid by the schema of its
// kind and by the schema of all kinds, and that invalid manifests are not.
func TestSchema(t *testing.T) {
	full, err := os.ReadFile(filepath.Join(root, "pkg/spec/testdata/full.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range documents(t, full) {
		kind, _ := doc.(map[string]any)["kind"].(string)
		for _, name := range []string{"manifest.json", strings.ToLower(kind) + ".json"} {
			if err := compiled(t, name).Validate(doc); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	all := compiled(t, "manifest.json")
	for _, name := range []string{
		"field-unknown", "field-near", "enums", "integer-text", "mount-size", "mode-decimal", "probe-kubernetes", "resource-units", "expose",
		"api-version-missing", "kind-unknown", "spec-missing", "restart-words", "config-fields", "secret-types", "volume-immutable",
		"name-missing", "compose-fields", "file-reference-text", "duration", "env-reference-field", "resource-ulimits", "port-words",
	} {
		data, err := os.ReadFile(filepath.Join(root, "pkg/spec/testdata/wrong", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for i, doc := range documents(t, data) {
			if all.Validate(doc) == nil {
				t.Errorf("document %d of %s is valid by the schema", i, name)
			}
		}
	}
	t.Run("variables", func(t *testing.T) {
		const text = "apiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata: {name: a}\n" +
			"spec: {image: a, privileged: \"${P}\", ports: [{container: \"${PORT:-80}\"}], resources: {shmSize: \"${S}\", limits: {pids: \"${N}\"}}, stopGracePeriod: \"${G}\", drift: \"${D}\"}\n"
		for _, doc := range documents(t, []byte(text)) {
			if err := all.Validate(doc); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestOpenAPI checks that every reference has a schema.
func TestOpenAPI(t *testing.T) {
	var document struct {
		OpenAPI    string
		Components struct{ Schemas map[string]any }
	}
	text := spec.OpenAPI()
	if err := json.Unmarshal(text, &document); err != nil || document.OpenAPI != "3.0.3" {
		t.Fatalf("version %q: %v", document.OpenAPI, err)
	}
	refs := regexp.MustCompile(`"\$ref": "#/components/schemas/(\w+)"`).FindAllSubmatch(text, -1)
	if len(refs) < 20 {
		t.Errorf("found %d references", len(refs))
	}
	for _, ref := range refs {
		if document.Components.Schemas[string(ref[1])] == nil {
			t.Errorf("%s is missing", ref[1])
		}
	}
}
