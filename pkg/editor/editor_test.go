// SPDX-License-Identifier: Apache-2.0

package editor_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/editor"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const web = `# The shop's front.
apiVersion: reconciler.dev/v1alpha1
kind: Container   # one of two
metadata: {name: web, namespace: shop}

# The process.
spec:
  image:   "web:1"    # pinned

  # Who may look.
  env:
    A: "1"   # first
    B: "2"

  command: [serve, --port, "80"]
  dependencies:
  - db     # the shelf
  - cache
`

const db = `apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: db, namespace: shop}
spec: {image: db:1}
`

type object = map[string]any

var (
	webKey = spec.Key{Kind: spec.KindContainer, Namespace: "shop", Name: "web"}
	dbKey  = spec.Key{Kind: spec.KindContainer, Namespace: "shop", Name: "db"}
	newKey = spec.Key{Kind: spec.KindVolume, Namespace: "shop", Name: "data"}
)

func source(file string) spec.Position { return spec.Position{File: file, Line: 1, Column: 1} }

// rig is a root that contains the writable directory w.
type rig struct {
	*editor.Editor
	t    *testing.T
	root string
}

func newRig(t *testing.T, files map[string]string) *rig {
	t.Helper()
	r := &rig{t: t, root: t.TempDir()}
	if err := os.Mkdir(filepath.Join(r.root, "w"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(r.root, name), []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	e, err := editor.New(editor.Options{Root: r.root, Dir: filepath.Join(r.root, "w")})
	if err != nil {
		t.Fatal(err)
	}
	r.Editor = e
	return r
}

func (r *rig) files() map[string]string {
	r.t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(r.root, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(r.root, path)
		out[rel] = string(data)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

func TestEditKeepsFormatting(t *testing.T) {
	for name, tc := range map[string]struct {
		patch object
		want  *strings.Replacer
	}{
		"a value": {
			object{"spec": object{"image": "web:2"}},
			strings.NewReplacer(`  image:   "web:1"    # pinned`, `  image: web:2 # pinned`),
		},
		"a new key of a block map": {
			object{"spec": object{"env": object{"C": "yes"}}},
			strings.NewReplacer("    B: \"2\"\n", "    B: \"2\"\n    C: \"yes\"\n"),
		},
		"a removed key": {
			object{"spec": object{"env": object{"A": nil}}},
			strings.NewReplacer("    A: \"1\"   # first\n", ""),
		},
		"a key of a flow map": {
			object{"metadata": object{"labels": object{"tier": "front"}}},
			strings.NewReplacer("namespace: shop}", "namespace: shop, labels: {tier: front}}"),
		},
		"a list": {
			object{"spec": object{"dependencies": []any{"db", "queue"}}},
			strings.NewReplacer("  - cache\n", "  - queue\n"),
		},
		"a new field": {
			object{"spec": object{"ports": []any{object{"container": int64(80)}}}},
			strings.NewReplacer("  - cache\n", "  - cache\n  ports:\n  - container: 80\n"),
		},
		"removal of a missing key": {object{"spec": object{"user": nil}}, strings.NewReplacer()},
	} {
		t.Run(name, func(t *testing.T) {
			const sep = "--- # next\n"
			r := newRig(t, map[string]string{"w/both.yaml": web + sep + db})
			obj, err := r.Edit(editor.Change{Key: webKey, Source: source("w/both.yaml"), Patch: tc.patch}, false)
			if err != nil || obj.Key() != webKey {
				t.Fatalf("%s, %v", obj.Key(), err)
			}
			if diff := cmp.Diff(map[string]string{"w/both.yaml": tc.want.Replace(web) + sep + db}, r.files()); diff != "" {
				t.Error(diff)
			}
			if info, err := os.Stat(filepath.Join(r.root, "w/both.yaml")); err != nil || info.Mode() != 0o640 {
				t.Errorf("%v, %v", info.Mode(), err)
			}
		})
	}
}

func TestEditCreates(t *testing.T) {
	r := newRig(t, nil)
	volume := object{
		"spec": object{"driver": "local"}, "metadata": object{"namespace": "shop", "name": "data"},
		"kind": "Volume", "apiVersion": spec.APIVersion,
	}
	obj, err := r.Edit(editor.Change{Key: newKey, Document: volume}, true)
	if err != nil || obj.Volume == nil || len(r.files()) != 0 {
		t.Fatalf("dry run: %+v, %v, %v", obj, err, r.files())
	}
	if _, err := r.Edit(editor.Change{Key: newKey, Document: volume}, false); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"w/volume-shop-data.yaml": "apiVersion: reconciler.dev/v1alpha1\nkind: Volume\nmetadata:\n  name: data\n  namespace: shop\nspec:\n  driver: local\n",
	}
	if diff := cmp.Diff(want, r.files()); diff != "" {
		t.Error(diff)
	}
	t.Run("does not overwrite a file", func(t *testing.T) {
		if _, err := r.Edit(editor.Change{Key: newKey, Document: volume}, false); !errors.Is(err, editor.ErrConflict) {
			t.Error(err)
		}
	})
	t.Run("creates an object that was removed from its file", func(t *testing.T) {
		if err := os.Remove(filepath.Join(r.root, "w/volume-shop-data.yaml")); err != nil {
			t.Fatal(err)
		}
		c := editor.Change{Key: newKey, Source: source("w/volume-shop-data.yaml"), Patch: object{}, Document: volume}
		if _, err := r.Edit(c, false); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want, r.files()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEditRemoves(t *testing.T) {
	r := newRig(t, map[string]string{"w/both.yaml": web + "---\n" + db})
	for _, step := range []struct {
		key  spec.Key
		want map[string]string
	}{
		{webKey, map[string]string{"w/both.yaml": "---\n" + db}},
		{webKey, map[string]string{"w/both.yaml": "---\n" + db}},
		{dbKey, map[string]string{}},
	} {
		if _, err := r.Edit(editor.Change{Key: step.key, Source: source("w/both.yaml")}, false); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, r.files()); diff != "" {
			t.Errorf("%s: %s", step.key, diff)
		}
	}
}

func TestEditErrors(t *testing.T) {
	patch := object{"spec": object{"image": "web:2"}}
	files := map[string]string{
		"outside.yaml": web, "w/fine.yaml": web, "w/broken.yaml": web + "  nonsense: 1\n", "w/web.json": "{}",
	}
	link := func(t *testing.T, r *rig) {
		if err := os.Symlink("../outside.yaml", filepath.Join(r.root, "w/link.yaml")); err != nil {
			t.Fatal(err)
		}
		if err := os.Link(filepath.Join(r.root, "outside.yaml"), filepath.Join(r.root, "w/hard.yaml")); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(".", filepath.Join(r.root, "w/loop")); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("..", filepath.Join(r.root, "w/up")); err != nil {
			t.Fatal(err)
		}
	}
	for name, tc := range map[string]struct {
		file string
		want error
	}{
		"a file outside":                      {"outside.yaml", editor.ErrDenied},
		"outside, by a path with ..":          {"w/../outside.yaml", editor.ErrDenied},
		"outside, through a linked directory": {"w/up/outside.yaml", editor.ErrDenied},
		"symbolic link":                       {"w/link.yaml", editor.ErrDenied},
		"hard link":                           {"w/hard.yaml", editor.ErrDenied},
		"invalid":                             {"w/broken.yaml", editor.ErrDenied},
		"JSON":                                {"w/web.json", editor.ErrDenied},
		"undeclared object":                   {"", editor.ErrDenied},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, files)
			link(t, r)
			before := r.files()
			for _, c := range []editor.Change{
				{Key: webKey, Source: spec.Position{File: tc.file}, Patch: patch},
				{Key: webKey, Source: spec.Position{File: tc.file}},
			} {
				if tc.file == "" && c.Patch != nil {
					continue
				}
				if _, err := r.Edit(c, false); !errors.Is(err, tc.want) {
					t.Errorf("%v, want %v", err, tc.want)
				}
			}
			if diff := cmp.Diff(before, r.files()); diff != "" {
				t.Error(diff)
			}
		})
	}
	for name, patch := range map[string]object{
		"an unknown field": {"spec": object{"imag": "x"}},
		"a wrong type":     {"spec": object{"image": int64(1)}},
		"another name":     {"metadata": object{"name": "other"}},
	} {
		t.Run(name+" is an error of the manifest", func(t *testing.T) {
			r := newRig(t, files)
			_, err := r.Edit(editor.Change{Key: webKey, Source: source("w/fine.yaml"), Patch: patch}, false)
			var errs spec.Errors
			if !errors.As(err, &errs) || errs[0].Path == "" {
				t.Error(err)
			}
			if diff := cmp.Diff(files, r.files()); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("file of another user", func(t *testing.T) {
		if os.Geteuid() != 0 {
			t.Skip("only root can give a file away")
		}
		r := newRig(t, files)
		if err := os.Chown(filepath.Join(r.root, "w/fine.yaml"), 12345, -1); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Edit(editor.Change{Key: webKey, Source: source("w/fine.yaml"), Patch: patch}, false); !errors.Is(err, editor.ErrDenied) {
			t.Error(err)
		}
	})
}

func TestNew(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"a", ".hidden", "_draft", "a/b"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for dir, ok := range map[string]bool{".": true, "a": true, "a/b": true, "..": false, ".hidden": false, "_draft": false, "missing": false} {
		_, err := editor.New(editor.Options{Root: root, Dir: filepath.Join(root, dir)})
		if (err == nil) != ok {
			t.Errorf("%s: %v", dir, err)
		}
	}
}
