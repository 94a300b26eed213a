// SPDX-License-Identifier: Apache-2.0

package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/api/openapi"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// described is a resource whose spec is an S, for its schema.
type described[S any] struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              S             `json:"spec"`
	Status            status.Status `json:"status"`
}

// shapeOf is the type of a kind of ours.
func shapeOf(kind spec.Kind) reflect.Type {
	switch kind {
	case spec.KindContainer:
		return reflect.TypeFor[described[spec.Container]]()
	case spec.KindNetwork:
		return reflect.TypeFor[described[spec.Network]]()
	case spec.KindVolume:
		return reflect.TypeFor[described[spec.Volume]]()
	case spec.KindConfig:
		return reflect.TypeFor[described[spec.Config]]()
	case spec.KindSecret:
		return reflect.TypeFor[described[spec.Secret]]()
	}
	return reflect.TypeFor[described[struct{}]]()
}

// typeSource tells of our types what their fields do not.
func typeSource() openapi.Source {
	return openapi.Source{
		Special: func(t reflect.Type) *openapi.Schema {
			switch {
			case t == reflect.TypeFor[spec.Duration]():
				return &openapi.Schema{Type: "string", Description: `a duration, such as "1m30s"`}
			case !shortened(t) && t.PkgPath() == reflect.TypeFor[spec.Container]().PkgPath() && t.Implements(reflect.TypeFor[json.Marshaler]()):
				// What writes itself writes a text or a number; texts are read for both.
				return &openapi.Schema{Type: "string"}
			}
			return nil
		},
		Short: shortened,
	}
}

// shortened reports that a text may stand for the object.
func shortened(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[spec.NetworkRef](), reflect.TypeFor[spec.RestartPolicy](), reflect.TypeFor[spec.Dependency](),
		reflect.TypeFor[spec.FileRef](), reflect.TypeFor[spec.EnvValue]():
		return true
	}
	return false
}

// addOpenAPI serves the description of the resources.
func (s *server) addOpenAPI(mux *http.ServeMux) {
	var all []openapi.Resource
	index := map[string]any{}
	for _, gv := range append([]schema.GroupVersion{core}, groups()...) {
		resources := s.describe(gv)
		all = append(all, resources...)
		document := openapi.V3("reconciler", resources)
		sum := sha256.Sum256(document)
		name := strings.TrimPrefix(rootOf(gv), "/")
		index[name] = map[string]string{"serverRelativeURL": "/openapi/v3/" + name + "?hash=" + hex.EncodeToString(sum[:8])}
		mux.HandleFunc("/openapi/v3/"+name, serveDocument(document, "application/json"))
	}
	mux.HandleFunc("/openapi/v3", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"paths": index})
	})
	mux.HandleFunc("/openapi/v2", serveDocument(openapi.V2("reconciler", all), "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"))
}

func serveDocument(data []byte, mediaType string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(string(data)))
	}
}

// describe describes the resources of a group.
func (s *server) describe(gv schema.GroupVersion) []openapi.Resource {
	var out []openapi.Resource
	for _, r := range s.all {
		if r.GroupVersion == gv && r.shape != nil {
			out = append(out, openapi.Resource{
				Kind: openapi.Kind{Group: gv.Group, Version: gv.Version, Kind: r.kind},
				Root: rootOf(gv), Plural: r.plural, Namespaced: !r.clusterScoped,
				Verbs: r.allVerbs(), Schema: typeSource().Of(r.shape),
			})
		}
	}
	return out
}
