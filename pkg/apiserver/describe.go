// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/openapi"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// ManifestFile is a file of manifests: what is wrong with it is told by its status.
type ManifestFile struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Status            v1alpha1.Status `json:"status"`
}

// described is a resource whose spec is an S, for its schema.
type described[S any] struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              S               `json:"spec"`
	Status            v1alpha1.Status `json:"status"`
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
	return reflect.TypeFor[ManifestFile]()
}

// specPackage is where the types of specs are.
var specPackage = reflect.TypeFor[spec.Container]().PkgPath()

// typeSource tells of our types what their fields do not.
func typeSource() openapi.Source {
	return openapi.Source{
		Describe: textOf,
		Required: func(t reflect.Type, f reflect.StructField) bool {
			_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			return t.PkgPath() == specPackage && options == ""
		},
		Special: func(t reflect.Type) *openapi.Schema {
			switch {
			case t == reflect.TypeFor[spec.Duration]():
				return &openapi.Schema{Type: "string", Description: `a duration, such as "1m30s"`}
			case !shortened(t) && t.PkgPath() == specPackage && t.Implements(reflect.TypeFor[json.Marshaler]()):
				// What writes itself writes a text or a number; texts are read for both.
				return &openapi.Schema{Type: "string"}
			}
			return nil
		},
		Short: shortened,
	}
}

// textOf is what the comments say of a type, or of a field of it.
func textOf(t reflect.Type, f reflect.StructField) string {
	if k8s, ok := reflect.Zero(t).Interface().(interface{ SwaggerDoc() map[string]string }); ok {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return firstSentence(k8s.SwaggerDoc()[name])
	}
	switch name := t.String(); {
	case t.PkgPath() == specPackage:
		return spec.Doc(t, f.Name)
	case strings.HasPrefix(t.Name(), "described[") && f.Name == "": // it is called as its spec is
		field, _ := t.FieldByName("Spec")
		return spec.Doc(field.Type, "")
	case f.Name == "":
		return typeDocs[name]
	default:
		return inJSON(t, fieldDocs[name+"."+f.Name])
	}
}

// goName is a word that may be the Go name of a field.
var goName = regexp.MustCompile(`\b[A-Z]\w+`)

// inJSON is a text with the names of JSON for those of Go.
func inJSON(t reflect.Type, text string) string {
	return goName.ReplaceAllStringFunc(text, func(word string) string {
		f, found := t.FieldByName(word)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !found || name == "" {
			return word
		}
		return name
	})
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
		name := strings.TrimPrefix(rootOf(gv), "/")
		index[name] = map[string]string{"serverRelativeURL": "/openapi/v3/" + name + "?hash=" + digest(document)}
		mux.HandleFunc("/openapi/v3/"+name, serveDocument(document, "application/json"))
	}
	mux.HandleFunc("/openapi/v3", func(w http.ResponseWriter, _ *http.Request) {
		rest.WriteJSON(w, http.StatusOK, map[string]any{"paths": index})
	})
	mux.HandleFunc("/openapi/v2", serveDocument(openapi.V2("reconciler", all), "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"))
}

// serveDocument serves what never changes, and not to those who have it.
func serveDocument(data []byte, mediaType string) http.HandlerFunc {
	tag := `"` + digest(data) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		w.Header().Set("ETag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}
}

// digest tells one text from another.
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// describe describes the resources of a group.
func (s *server) describe(gv schema.GroupVersion) []openapi.Resource {
	var out []openapi.Resource
	for _, r := range s.all {
		if r.GroupVersion == gv && r.shape != nil {
			verbs := r.allVerbs()
			if s.Preview != nil && r.declared() && !r.can("patch") {
				verbs = append(verbs, writeVerbs...) // for dry runs: kubectl looks here whether there are any
			}
			out = append(out, openapi.Resource{
				Kind: openapi.Kind{Group: gv.Group, Version: gv.Version, Kind: r.kind},
				Root: rootOf(gv), Plural: r.plural, Namespaced: !r.clusterScoped,
				Verbs: verbs, Schema: schemaOf(r),
			})
		}
	}
	return out
}

// foreignDepth limits the schemas of Kubernetes' kinds: `kubectl explain` describes
// pod.spec.containers, and lists the names of deeper fields only. Without a limit,
// the schema of a pod alone has 370 kB.
const foreignDepth = 3

// schemaOf returns the schema of a resource.
func schemaOf(r resource) *openapi.Schema {
	source := typeSource()
	if r.GroupVersion != ours {
		source.MaxDepth = foreignDepth
	}
	return source.Of(r.shape)
}

// sentenceEnd matches the end of a sentence and the beginning of the next one.
var sentenceEnd = regexp.MustCompile(`\.\s+[A-Z]`)

// firstSentence returns the first sentence of a text.
func firstSentence(text string) string {
	if end := sentenceEnd.FindStringIndex(text); end != nil {
		return text[:end[0]+1]
	}
	return text
}
