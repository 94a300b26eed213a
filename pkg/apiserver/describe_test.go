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

// schemaOf returns the schema of a kind of ours.
func (f *fixture) schemaOf(kind spec.Kind) *openapi.Schema {
	f.t.Helper()
	return f.schemaAt(describedPath, "dev.reconciler.v1alpha1."+string(kind))
}

// schemaAt returns a schema by its name in a document.
func (f *fixture) schemaAt(path, name string) *openapi.Schema {
	f.t.Helper()
	document := decode[struct {
		Components struct{ Schemas map[string]*openapi.Schema }
	}](f.t, f.get(path))
	s := document.Components.Schemas[name]
	if s == nil {
		f.t.Fatalf("no schema of %s", name)
	}
	return s
}

// undescribed returns the paths of the fields without a description.
func undescribed(at string, s *openapi.Schema) []string {
	var out []string
	for name, field := range s.Properties {
		if field.Description == "" {
			out = append(out, at+"."+name)
		}
		out = append(out, undescribed(at+"."+name, field)...)
	}
	for _, inner := range []*openapi.Schema{s.Items, s.AdditionalProperties} {
		if inner != nil {
			out = append(out, undescribed(at+"[]", inner)...)
		}
	}
	return out
}

func TestDescriptions(t *testing.T) {
	f := newFixture(t)
	for _, kind := range append(spec.Kinds(), spec.KindManifest) {
		t.Run("describe each field of a "+string(kind), func(t *testing.T) {
			s := f.schemaOf(kind)
			if s.Description == "" || len(s.Properties["status"].Properties) == 0 {
				t.Errorf("description %q, status %v", s.Description, s.Properties["status"])
			}
			if missing := undescribed(string(kind), s); missing != nil {
				t.Errorf("no description: %v", missing)
			}
		})
	}
	port := f.schemaOf(spec.KindContainer).Properties["spec"].Properties["ports"].Items
	t.Run("equal the texts of explain", func(t *testing.T) {
		text, err := spec.Explain("container.spec.ports.host", false)
		if got := port.Properties["host"].Description; err != nil || !strings.Contains(strings.Join(strings.Fields(text), " "), got) {
			t.Errorf("%q is not in %s, %v", got, text, err)
		}
	})
	t.Run("list the required fields", func(t *testing.T) {
		if diff := cmp.Diff([]string{"container"}, port.Required); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("use the field names of manifests", func(t *testing.T) {
		if got := f.schemaOf(spec.KindContainer).Properties["status"].Properties["startedAt"].Description; !strings.HasPrefix(got, "startedAt is ") {
			t.Errorf("%q", got)
		}
	})
	t.Run("are part of version 2", func(t *testing.T) {
		body := f.get("/openapi/v2").Body.String()
		for _, s := range []*openapi.Schema{port.Properties["host"], f.schemaOf(spec.KindContainer)} {
			if !strings.Contains(body, s.Description) {
				t.Errorf("%q is missing", s.Description)
			}
		}
	})
	t.Run("are not sent again to a client with the same ETag", func(t *testing.T) {
		for _, path := range []string{"/openapi/v2", describedPath} {
			tag := f.get(path).Header().Get("ETag")
			if got := f.get(path, "If-None-Match", tag); tag == "" || got.Code != http.StatusNotModified {
				t.Errorf("%s: %d with %q", path, got.Code, tag)
			}
		}
	})
}

func TestForeignDescriptions(t *testing.T) {
	f := newFixture(t)
	const core = "/openapi/v3/api/v1"
	container := f.schemaAt(core, "io.k8s.core.v1.Pod").Properties["spec"].Properties["containers"].Items
	t.Run("end at the fields of the containers of a pod", func(t *testing.T) {
		image, probe := container.Properties["image"], container.Properties["livenessProbe"]
		if image == nil || image.Description == "" || probe == nil || !probe.Open || len(probe.Properties) > 0 {
			t.Errorf("image %+v, livenessProbe %+v", image, probe)
		}
	})
	t.Run("include the fields that the containers have here", func(t *testing.T) {
		for name, want := range map[string]string{
			"env": "valueFrom", "ports": "hostPort", "volumeMounts": "mountPath", "resources": "limits",
		} {
			field := container.Properties[name]
			if field.Items != nil {
				field = field.Items
			}
			if inner := field.Properties[want]; inner == nil || inner.Description == "" {
				t.Errorf("%s has no described field %s: %+v", name, want, field)
			}
		}
	})
	t.Run("have one sentence", func(t *testing.T) {
		if got := container.Properties["name"].Description; got != "Name of the container specified as a DNS_LABEL." {
			t.Errorf("%q", got)
		}
	})
	t.Run("describe quantities as strings", func(t *testing.T) {
		capacity := f.schemaAt(core, "io.k8s.core.v1.Node").Properties["status"].Properties["capacity"]
		if capacity.AdditionalProperties == nil || capacity.AdditionalProperties.Type != "string" {
			t.Errorf("%+v", capacity)
		}
	})
	t.Run("keep the documents small", func(t *testing.T) {
		for path, limit := range map[string]int{"/openapi/v2": 220_000, core: 105_000, "/openapi/v3/apis/events.k8s.io/v1": 20_000} {
			if got := f.get(path).Body.Len(); got > limit {
				t.Errorf("%s has %d bytes, want at most %d", path, got, limit)
			}
		}
	})
}
