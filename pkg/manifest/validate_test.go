// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/policy"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func places(errs spec.Errors) []string {
	var out []string
	for _, err := range errs {
		out = append(out, err.Position.String())
	}
	return out
}

func TestValidatePath(t *testing.T) {
	d := newTree(t).write("good.yaml", docs("a img:1", "b img:1")).write("sub/bad.yaml", broken)
	t.Chdir(filepath.Dir(d.root))
	rows := map[string]struct {
		path    string
		objects int
		want    []string
		fails   bool
	}{
		"a_valid_file":          {path: "manifests/good.yaml", objects: 2},
		"every_error_of_a_file": {path: "manifests/sub/bad.yaml", want: []string{"manifests/sub/bad.yaml:4:18", "manifests/sub/bad.yaml:4:27"}},
		"a_directory_with_both": {path: "manifests", objects: 2, want: []string{"manifests/sub/bad.yaml:4:18", "manifests/sub/bad.yaml:4:27"}},
		"an_absolute_path":      {path: d.path("sub"), want: []string{d.path("sub/bad.yaml:4:18"), d.path("sub/bad.yaml:4:27")}},
		"a_missing_file":        {path: "nothing.yaml", fails: true},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			found, err := ValidatePath(row.path, Options{})
			objects, errs := found.Objects, found.Errors
			if objects != row.objects || (err != nil) != row.fails {
				t.Errorf("%d objects, error %v; want %d, an error: %v", objects, err, row.objects, row.fails)
			}
			if diff := cmp.Diff(row.want, places(errs)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("a_policy_denies_valid_objects", func(t *testing.T) {
		d := newTree(t).write("a.yaml", docs("a img:1")+"  privileged: true\n")
		for policy, want := range map[policy.Profile][]string{policy.Dev: nil, policy.Baseline: {"PolicyDenied a.yaml:8:15"}} {
			var got []string
			for _, p := range New(d.root, Options{Policy: policy}).Load(t.Context()).Problems {
				got = append(got, p.Reason+" "+p.Error.Position.String())
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", policy, diff)
			}
		}
	})
	t.Run("a_name_in_two_files", func(t *testing.T) {
		d.remove("sub").write("other.yaml", docs("b img:2"))
		found, err := ValidatePath("manifests", Options{})
		objects, errs := found.Objects, found.Errors
		if objects != 1 || err != nil {
			t.Errorf("%d objects, error %v; want only the object that is declared once", objects, err)
		}
		want := "manifests/other.yaml:2:1: Container/default/b is already declared at manifests/good.yaml:9:1" +
			" (remove or rename one of them; until then the object does not change)"
		if errs.Error() != want {
			t.Errorf("got  %s\nwant %s", errs.Error(), want)
		}
	})
}

func TestValidateBytes(t *testing.T) {
	if v := ValidateBytes("standard input", []byte(docs("a img:1")), Options{}); v.Objects != 1 || len(v.Errors) > 0 {
		t.Errorf("%d objects, errors %v", v.Objects, v.Errors)
	}
	v := ValidateBytes("standard input", []byte(broken), Options{})
	objects, errs := v.Objects, v.Errors
	if diff := cmp.Diff([]string{"standard input:4:18", "standard input:4:27"}, places(errs)); objects != 0 || diff != "" {
		t.Errorf("%d objects, errors (-want +got):\n%s", objects, diff)
	}
}
