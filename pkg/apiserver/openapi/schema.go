// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Schema is a schema of OpenAPI, as far as it is used here.
type Schema struct {
	Description          string             `json:"description,omitempty"`
	Type                 string             `json:"type,omitempty"`
	Format               string             `json:"format,omitempty"`
	Properties           map[string]*Schema `json:"properties,omitempty"`
	Required             []string           `json:"required,omitempty"`
	Items                *Schema            `json:"items,omitempty"`
	AdditionalProperties *Schema            `json:"additionalProperties,omitempty"`
	// Open says that there may be more than what is described.
	Open bool `json:"x-kubernetes-preserve-unknown-fields,omitempty"`
	// Kinds are the kinds that the schema is the whole of.
	Kinds []Kind `json:"x-kubernetes-group-version-kind,omitempty"`
	// short says that something shorter may stand for the object.
	short bool
}

// Kind names a kind.
type Kind struct {
	Group   string `json:"group"`
	Kind    string `json:"kind"`
	Version string `json:"version"`
}

// Source tells of types what their fields do not.
type Source struct {
	// Describe is the description of a field, or of a type when the field has no
	// name; nil means that there are none.
	Describe func(t reflect.Type, field reflect.StructField) string
	// Required reports that a client has to send a field; nil means none.
	Required func(t reflect.Type, field reflect.StructField) bool
	// Special is the schema of types that are not encoded by their fields; nil
	// for all others.
	Special func(t reflect.Type) *Schema
	// Short reports that something shorter may stand for an object.
	Short func(t reflect.Type) bool
	// MaxDepth limits how deep objects are described: 1 describes the fields of the
	// type itself only. Deeper objects accept any fields. Zero means no limit.
	MaxDepth int

	depth int // of the object that is being described
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

// Of is the schema of a type.
func (s Source) Of(t reflect.Type) *Schema {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if s.Special != nil {
		if schema := s.Special(t); schema != nil {
			return schema
		}
	}
	switch t {
	case timeType, metaTimeType, microTimeType:
		return &Schema{Type: "string", Format: "date-time"}
	case durationType, quantityType:
		return &Schema{Type: "string"}
	case intStringType:
		return &Schema{Type: "string", Format: "int-or-string"}
	case rawType, fieldsType:
		return &Schema{Type: "object", Open: true}
	}
	switch t.Kind() {
	case reflect.String:
		return &Schema{Type: "string"}
	case reflect.Bool:
		return &Schema{Type: "boolean"}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &Schema{Type: "integer"}
	case reflect.Float32, reflect.Float64:
		return &Schema{Type: "number"}
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return &Schema{Type: "string", Format: "byte"}
		}
		return &Schema{Type: "array", Items: s.Of(t.Elem())}
	case reflect.Map:
		return &Schema{Type: "object", AdditionalProperties: s.Of(t.Elem())}
	case reflect.Struct:
		return s.object(t)
	}
	return &Schema{Type: "object", Open: true}
}

func (s Source) object(t reflect.Type) *Schema {
	description := s.describe(t, reflect.StructField{})
	if s.depth++; s.MaxDepth > 0 && s.depth > s.MaxDepth {
		return &Schema{Type: "object", Open: true, Description: description}
	}
	out := &Schema{Type: "object", Properties: map[string]*Schema{}, Description: description}
	out.short = s.Short != nil && s.Short(t)
	s.addFields(out, t)
	return out
}

func (s Source) describe(t reflect.Type, field reflect.StructField) string {
	if s.Describe == nil {
		return ""
	}
	return s.Describe(t, field)
}

func (s Source) addFields(out *Schema, t reflect.Type) {
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
			continue
		case f.Anonymous && name == "":
			s.addFields(out, f.Type)
			continue
		case name == "":
			name = f.Name
		}
		field := s.Of(f.Type)
		if text := s.describe(t, f); text != "" {
			field.Description = text
		}
		out.Properties[name] = field
		if s.Required != nil && s.Required(t, f) {
			out.Required = append(out.Required, name)
		}
	}
}
