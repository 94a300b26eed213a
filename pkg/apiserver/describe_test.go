// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/openapi"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const describedPath = "/openapi/v3/apis/reconciler.dev/v1alpha1"

// schemaOf is how a kind is described.
func (f *fixture) schemaOf(kind spec.Kind) *openapi.Schema {
	f.t.Helper()
	document := decode[struct {
		Components struct{ Schemas map[string]*openapi.Schema }
	}](f.t, f.get(describedPath))
	s := document.Components.Schemas["dev.reconciler.v1alpha1."+string(kind)]
	if s == nil {
		f.t.Fatalf("%s is not described", kind)
	}
	return s
}

// untold are the paths of the fields without a text.
func untold(at string, s *openapi.Schema) []string {
	var out []string
	for name, field := range s.Properties {
		if field.Description == "" {
			out = append(out, at+"."+name)
		}
		out = append(out, untold(at+"."+name, field)...)
	}
	for _, inner := range []*openapi.Schema{s.Items, s.AdditionalProperties} {
		if inner != nil {
			out = append(out, untold(at+"[]", inner)...)
		}
	}
	return out
}

func TestDescriptions(t *testing.T) {
	f := newFixture(t)
	for _, kind := range append(spec.Kinds(), spec.KindManifest) {
		t.Run("tell of each field of a "+string(kind), func(t *testing.T) {
			s := f.schemaOf(kind)
			if s.Description == "" || len(s.Properties["status"].Properties) == 0 {
				t.Errorf("%q, and of the status %v", s.Description, s.Properties["status"])
			}
			if missing := untold(string(kind), s); missing != nil {
				t.Errorf("no text: %v", missing)
			}
		})
	}
	port := f.schemaOf(spec.KindContainer).Properties["spec"].Properties["ports"].Items
	t.Run("are those of explain", func(t *testing.T) {
		text, err := spec.Explain("container.spec.ports.host", false)
		if got := port.Properties["host"].Description; err != nil || !strings.Contains(strings.Join(strings.Fields(text), " "), got) {
			t.Errorf("%q is not in %s, %v", got, text, err)
		}
	})
	t.Run("say what is required", func(t *testing.T) {
		if diff := cmp.Diff([]string{"container"}, port.Required); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("name fields as manifests do", func(t *testing.T) {
		if got := f.schemaOf(spec.KindContainer).Properties["status"].Properties["startedAt"].Description; !strings.HasPrefix(got, "startedAt is ") {
			t.Errorf("%q", got)
		}
	})
	t.Run("are in version 2 too", func(t *testing.T) {
		body := f.get("/openapi/v2").Body.String()
		for _, s := range []*openapi.Schema{port.Properties["host"], f.schemaOf(spec.KindContainer)} {
			if !strings.Contains(body, s.Description) {
				t.Errorf("%q is missing", s.Description)
			}
		}
	})
	t.Run("are not sent to who has them", func(t *testing.T) {
		for _, path := range []string{"/openapi/v2", describedPath} {
			tag := f.get(path).Header().Get("ETag")
			if got := f.get(path, "If-None-Match", tag); tag == "" || got.Code != http.StatusNotModified {
				t.Errorf("%s: %d with %q", path, got.Code, tag)
			}
		}
	})
}
