// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// ManifestFile is a file of manifests. Its status describes the errors in it.
type ManifestFile struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Status            v1alpha1.Status `json:"status"`
}

// described is the type of a resource whose spec is an S.
type described[S any] struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              S               `json:"spec"`
	Status            v1alpha1.Status `json:"status"`
}

// TypeOf returns the Go type that describes the objects of a kind.
func TypeOf(kind v1alpha1.Kind) reflect.Type {
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

// specPackage is the path of the package of the specs.
var specPackage = reflect.TypeFor[spec.Container]().PkgPath()

// description returns the comment of a field of a type; of the type itself if the
// field has no name. Types of Kubernetes bring their own, which are shortened.
func description(t reflect.Type, f reflect.StructField) string {
	if k8s, ok := reflect.Zero(t).Interface().(interface{ SwaggerDoc() map[string]string }); ok {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return firstSentence(k8s.SwaggerDoc()[name])
	}
	switch name := t.String(); {
	case t.PkgPath() == specPackage:
		return spec.Doc(t, f.Name)
	case strings.HasPrefix(t.Name(), "described[") && f.Name == "": // has the name of its spec
		field, _ := t.FieldByName("Spec")
		return spec.Doc(field.Type, "")
	case f.Name == "":
		return typeDocs[name]
	default:
		return withJSONNames(t, fieldDocs[name+"."+f.Name])
	}
}

// goName matches words that may be the Go name of a field.
var goName = regexp.MustCompile(`\b[A-Z]\w+`)

// withJSONNames returns a comment with the Go names of fields replaced by their
// names in JSON.
func withJSONNames(t reflect.Type, text string) string {
	return goName.ReplaceAllStringFunc(text, func(word string) string {
		f, found := t.FieldByName(word)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !found || name == "" {
			return word
		}
		return name
	})
}

// isRequired returns whether a client must send a field.
func isRequired(t reflect.Type, f reflect.StructField) bool {
	_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	return t.PkgPath() == specPackage && options == ""
}

var (
	timeType      = reflect.TypeFor[time.Time]()
	metaTimeType  = reflect.TypeFor[metav1.Time]()
	microTimeType = reflect.TypeFor[metav1.MicroTime]()
	durationType  = reflect.TypeFor[metav1.Duration]()
	quantityType  = reflect.TypeFor[resource.Quantity]()
	intStringType = reflect.TypeFor[intstr.IntOrString]()
	fieldsType    = reflect.TypeFor[metav1.FieldsV1]()
	rawType       = reflect.TypeFor[json.RawMessage]()
)

// customSchema returns the schema of a type that is not encoded by its Go kind; nil
// for all other types.
func customSchema(t reflect.Type) *Schema {
	switch t {
	case timeType, metaTimeType, microTimeType:
		return &Schema{Type: "string", Format: "date-time"}
	case durationType, quantityType:
		return &Schema{Type: "string"}
	case intStringType:
		return &Schema{Type: "string", Format: "int-or-string"}
	case rawType, fieldsType:
		return &Schema{Type: "object", Open: true}
	case reflect.TypeFor[spec.Duration]():
		return &Schema{Type: "string", Description: `a duration, such as "1m30s"`}
	}
	if !hasShortForm(t) && t.PkgPath() == specPackage && t.Implements(reflect.TypeFor[json.Marshaler]()) {
		// The type writes a string or a number, and reads a string for both.
		return &Schema{Type: "string"}
	}
	return nil
}

// hasShortForm returns whether a manifest may contain a string in place of the
// object.
func hasShortForm(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[spec.NetworkRef](), reflect.TypeFor[spec.RestartPolicy](), reflect.TypeFor[spec.Dependency](),
		reflect.TypeFor[spec.FileRef](), reflect.TypeFor[spec.EnvValue]():
		return true
	}
	return false
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
