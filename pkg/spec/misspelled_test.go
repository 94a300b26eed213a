// SPDX-License-Identifier: Apache-2.0

package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestMisspelled(t *testing.T) {
	const declared = `
kind: Network
metadata: {name: backend}
---
apiVersion: reconciler.dev/v1alpha1
kind: Volume
metadata: {name: uploads}
---
apiVersion: reconciler.dev/v1alpha1
kind: Config
metadata: {name: settings}
spec: {data: {k: v}}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: database}
spec: {image: x}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: app}
spec:
  image: x
  `
	rows := map[string]struct {
		field string
		want  []string
	}{
		"a network": {"networks: [backend, bakcend]", []string{
			`spec.networks[1]: no manifest declares Network/default/bakcend, so the container gets a new network of that name (did you mean "backend"?)`,
		}},
		"a volume": {"volumes: [{source: uplods, target: /a}]", []string{
			`spec.volumes[0]: no manifest declares Volume/default/uplods, so the container gets a new, empty volume of that name (did you mean "uploads"?)`,
		}},
		"a volume of an init container": {"initContainers: [{name: i, image: x, volumes: [{source: uplods, target: /a}]}]", []string{
			`spec.initContainers[0].volumes[0]: no manifest declares Volume/default/uplods, so the container gets a new, empty volume of that name (did you mean "uploads"?)`,
		}},
		"a dependency": {"dependencies: [databse, default/databas]", []string{
			`spec.dependencies[0]: no manifest declares Container/default/databse (did you mean "database"?)`,
			`spec.dependencies[1]: no manifest declares Container/default/databas (did you mean "database"?)`,
		}},
		"a shared namespace": {"networkMode: container:databse", []string{
			`spec.networkMode: no manifest declares Container/default/databse (did you mean "database"?)`,
		}},
		"a config": {"configs: [setings]", []string{
			`spec.configs[0]: no manifest declares Config/default/setings (did you mean "settings"?)`,
		}},
		"names that are not similar":        {"networks: [front]\n  volumes: [{source: data, target: /a}]\n  dependencies: [{name: cache, required: false}]", nil},
		"names of other kinds":              {"networks: [uplods]\n  dependencies: [bakcend]", nil},
		"names of other namespaces":         {"dependencies: [other/databse]", nil},
		"declared names and the default":    {"networks: [default, backend]\n  dependencies: [database]", nil},
		"bind mounts and anonymous volumes": {"volumes: [{type: bind, source: /uplods, target: /a}, {type: volume, target: /b}]", nil},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			objects := map[spec.Key]spec.Object{}
			for _, o := range decode(t, "apiVersion: reconciler.dev/v1alpha1"+declared+row.field+"\n") {
				objects[o.Key()] = o
			}
			var got []string
			for _, w := range spec.Misspelled(spec.Resolve(objects)) {
				if w.Key.Name != "app" || w.Reason != spec.ReasonUndeclared || w.Error.Position.Line == 0 {
					t.Errorf("got %+v", w)
				}
				w.Error.Position = spec.Position{}
				got = append(got, w.Error.Error()[len(": "):])
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLocate(t *testing.T) {
	const data = "a: {b: [c, d]}\n---\n---\nspec:\n  networks: [x,\n    y]\n"
	second := spec.Position{File: "f.yaml", Line: 4, Column: 1}
	for name, row := range map[string]struct {
		data, path string
		document   spec.Position
		line       int
	}{
		"a_field":            {data, "spec.networks[1]", second, 6},
		"a_missing_field":    {data, "spec.networks[2]", second, 5},
		"another_document":   {data, "spec.networks[1]", spec.Position{File: "f.yaml", Line: 1, Column: 1}, 1},
		"no_such_document":   {"x: y\n", "spec.networks[1]", second, 4},
		"a_file_with_errors": {"[", "spec.networks[1]", second, 4},
	} {
		t.Run(name, func(t *testing.T) {
			if got := spec.Locate([]byte(row.data), row.document, row.path); got.File != "f.yaml" || got.Line != row.line {
				t.Errorf("got %s, want line %d", got, row.line)
			}
		})
	}
}
