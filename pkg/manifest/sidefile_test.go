// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const (
	sideHeader = "apiVersion: reconciler.dev/v1alpha1\nkind: "
	sideApp    = sideHeader + "Container\nmetadata: {name: app}\nspec: {image: nginx, envFile: [app.env]}\n"
	sideConfig = sideHeader + "Config\nmetadata: {name: conf}\nspec: {files: {nginx.conf: conf/nginx.conf}}\n"
)

var (
	sideAppKey  = spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "app"}
	sideConfKey = spec.Key{Kind: spec.KindConfig, Namespace: "default", Name: "conf"}
)

// TestSideFileChanges checks that a change of a file that a manifest refers to
// changes the object.
func TestSideFileChanges(t *testing.T) {
	env := func(want string) func(spec.Set) bool {
		return func(s spec.Set) bool {
			o, found := s.Objects[sideAppKey]
			return found && len(s.Problems) == 0 && o.Environment("")["A"].Text.Reveal() == want
		}
	}
	t.Run("an environment file", func(t *testing.T) {
		w := newTree(t).write("a.yaml", sideApp).write("app.env", "A=1").watch(quick)
		w.until("A=1", env("1"))
		before := w.last.Objects[sideAppKey]
		w.write("app.env", "A=2")
		w.until("A=2", env("2"))
		after := w.last.Objects[sideAppKey]
		if after.Generation != before.Generation+1 || after.Hash() == before.Hash() {
			t.Errorf("generations %d and %d, hashes %s and %s", before.Generation, after.Generation, before.Hash(), after.Hash())
		}
	})
	t.Run("a file of a config", func(t *testing.T) {
		w := newTree(t).write("a.yaml", sideConfig).write("conf/nginx.conf", "one").watch(quick)
		text := func(want string) func(spec.Set) bool {
			return func(s spec.Set) bool { return s.Objects[sideConfKey].Content["nginx.conf"].Reveal() == want }
		}
		w.until("one", text("one"))
		w.write("conf/next", "two").rename("conf/next", "conf/nginx.conf")
		w.until("two", text("two"))
	})
	t.Run("a missing file that is created", func(t *testing.T) {
		w := newTree(t).write("a.yaml", sideApp).watch(quick)
		w.until("a problem", func(s spec.Set) bool { return len(s.Problems) == 1 })
		const want = "a.yaml:4:32: spec.envFile[0]: app.env: the file does not exist (paths are relative to the directory of the manifest)"
		if got := w.last.Problems[0].Error.Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		w.write("app.env", "A=1")
		w.until("A=1", env("1"))
	})
	t.Run("a deleted file keeps the last valid object", func(t *testing.T) {
		w := newTree(t).write("a.yaml", sideApp).write("app.env", "A=1").watch(quick)
		w.until("A=1", env("1"))
		w.remove("app.env")
		w.until("a problem", func(s spec.Set) bool { return len(s.Problems) == 1 })
		if got := w.last.Objects[sideAppKey].Environment("")["A"].Text.Reveal(); got != "1" {
			t.Errorf("A is %q", got)
		}
	})
	t.Run("a .env file", func(t *testing.T) {
		app := sideHeader + "Container\nmetadata: {name: app}\nspec: {image: nginx, env: {A: \"${BESIDE_TEST:-none}\"}}\n"
		w := newTree(t).write("sub/a.yaml", app).watch(quick)
		w.until("none", env("none"))
		w.write("sub/.env", "BESIDE_TEST=1")
		w.until("1", env("1"))
		w.write("sub/.env", "BESIDE_TEST=2")
		w.until("2", env("2"))
		if diff := cmp.Diff([]string{"BESIDE_TEST"}, w.last.Objects[sideAppKey].Variables); diff != "" {
			t.Errorf("variables (-want +got):\n%s", diff)
		}
	})
}

// TestSideFileMinAge checks that fresh content of a file is not used.
func TestSideFileMinAge(t *testing.T) {
	d := newTree(t).write("a.yaml", sideApp).write("app.env", "A=1")
	old := time.Now().Add(-time.Hour)
	d.must(os.Chtimes(d.path("a.yaml"), old, old))
	s := newScanner(d.root)
	s.minAge = time.Minute
	if got := s.scan(t.Context()); !got.unstable() {
		t.Errorf("got %v", got.files)
	}
	d.must(os.Chtimes(d.path("app.env"), old, old))
	if got := s.scan(t.Context()); got.unstable() || len(got.files["a.yaml"].objects) != 1 {
		t.Errorf("got %v", got.files)
	}
}

// TestEnvironmentOverridesFile checks that the environment overrides the .env file.
func TestEnvironmentOverridesFile(t *testing.T) {
	t.Setenv("BESIDE_TEST", "environment")
	text := sideHeader + "Container\nmetadata: {name: app}\nspec: {image: nginx, env: {A: \"${BESIDE_TEST}\", B: \"${BESIDE_OTHER}\"}}\n"
	d := newTree(t).write("a.yaml", text).write(".env", "BESIDE_TEST=file\nBESIDE_OTHER=file\n")
	env := d.scan().files["a.yaml"].objects[0].Container.Env
	if diff := cmp.Diff(map[string]spec.EnvValue{"A": spec.EnvText("environment"), "B": spec.EnvText("file")}, env); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	t.Run("literal", func(t *testing.T) {
		set := New(d.root, Options{Literal: true}).Load(t.Context())
		if got := set.Objects[sideAppKey].Container.Env["A"].Value; got != "${BESIDE_TEST}" {
			t.Errorf("got %q", got)
		}
	})
}

// TestSideFilesAreConfined checks that only regular files inside the directory are
// read.
func TestSideFilesAreConfined(t *testing.T) {
	d := newTree(t).write("sub/ok.env", "A=1").mkdir("dir").write("../outside.env", "A=1").mkdir("sub")
	d.link("../../outside.env", "sub/link.env").link("..", "up").write("large.env", strings.Repeat("#", spec.MaxBytes+1))
	d.write("bad.env", "A=1\nB C=hunter2\n")
	for name, tc := range map[string]struct{ file, want string }{
		"inside":           {"ok.env", ""},
		"inside, with ..":  {"../sub/ok.env", ""},
		"outside":          {"../../outside.env", "the path leads outside the directory of the manifests"},
		"linked file":      {"link.env", "the path leads outside the directory of the manifests"},
		"linked directory": {"../up/outside.env", "the path leads outside the directory of the manifests"},
		"directory":        {"../dir", "not a regular file"},
		"too large":        {"../large.env", "the file has more than 1048576 bytes"},
		"missing":          {"none.env", "the file does not exist"},
		"invalid":          {"../bad.env", "line 2: want NAME=value, where the name consists of letters, digits and _"},
		"absolute":         {"/etc/hostname", "is not a relative path"},
	} {
		t.Run(name, func(t *testing.T) {
			d.write("sub/a.yaml", sideHeader+"Container\nmetadata: {name: app}\nspec: {image: nginx, envFile: ["+tc.file+"]}\n")
			f := d.scan().files["sub/a.yaml"]
			if tc.want == "" && len(f.objects) == 1 {
				return
			}
			if tc.want == "" || len(f.errs) != 1 || !strings.Contains(f.errs[0].Error(), tc.want) || strings.Contains(f.errs.Error(), "hunter2") {
				t.Errorf("got %v, want %q", f.errs, tc.want)
			}
		})
	}
	t.Run("an invalid .env file", func(t *testing.T) {
		d := newTree(t).write("a.yaml", sideHeader+"Container\nmetadata: {name: app}\nspec: {image: \"${X:-a}\"}\n").write(".env", "A=1\nB")
		if got := d.scan().files["a.yaml"].errs.Error(); got != ".env:2:1: want NAME=value, where the name consists of letters, digits and _" {
			t.Errorf("got %s", got)
		}
	})
}

// TestDecode checks that content is decoded as if it were in its file.
func TestDecode(t *testing.T) {
	d := newTree(t).write("sub/.env", "BESIDE_TEST=nginx:1").write("sub/app.env", "A=1").write("a.env", "A=2")
	text := sideHeader + "Container\nmetadata: {name: app}\nspec: {image: \"${BESIDE_TEST}\", envFile: [app.env, ../a.env]}\n"
	objects, errs := Decode(d.root, "sub/new.yaml", []byte(text), Options{})
	if len(errs) > 0 || len(objects) != 1 || objects[0].Container.Image != "nginx:1" || len(objects[0].Content) != 2 {
		t.Errorf("got %v and %v", objects, errs)
	}
	_, errs = Decode(d.root, "new.yaml", []byte(text), Options{})
	if len(errs) != 3 || errs[0].Position.File != "new.yaml" {
		t.Errorf("in another directory: got %v", errs)
	}
}
