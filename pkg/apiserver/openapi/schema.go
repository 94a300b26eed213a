// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"math"
	"reflect"
	"slices"
	"strings"
)

// Schema is the subset of an OpenAPI schema that is used here.
type Schema struct {
	Description          string             `json:"description,omitempty"`
	Type                 string             `json:"type,omitempty"`
	Format               string             `json:"format,omitempty"`
	Properties           map[string]*Schema `json:"properties,omitempty"`
	Required             []string           `json:"required,omitempty"`
	Items                *Schema            `json:"items,omitempty"`
	AdditionalProperties *Schema            `json:"additionalProperties,omitempty"`
	// Open allows properties that are not described.
	Open bool `json:"x-kubernetes-preserve-unknown-fields,omitempty"`
	// Kinds are the kinds whose objects the schema describes.
	Kinds []Kind `json:"x-kubernetes-group-version-kind,omitempty"`
	// short means that the object has a short form, a string.
	short bool
}

// Kind is a kind of objects.
type Kind struct {
	Group   string `json:"group"`
	Kind    string `json:"kind"`
	Version string `json:"version"`
}

// SchemaOf returns the schema of a type. It describes objects down to a depth, where
// 1 means the fields of the type itself; deeper objects accept any fields. Zero means
// no limit. Objects of the full types are described in full at any depth.
func SchemaOf(t reflect.Type, depth int, full ...reflect.Type) *Schema {
	if depth == 0 {
		depth = math.MaxInt
	}
	return fullTypes(full).schemaOf(t, depth)
}

// fullTypes are the types that are described in full.
type fullTypes []reflect.Type

func (f fullTypes) schemaOf(t reflect.Type, depth int) *Schema {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if schema := customSchema(t); schema != nil {
		return schema
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
		return &Schema{Type: "array", Items: f.schemaOf(t.Elem(), depth)}
	case reflect.Map:
		return &Schema{Type: "object", AdditionalProperties: f.schemaOf(t.Elem(), depth)}
	case reflect.Struct:
		return f.schemaOfStruct(t, depth)
	}
	return &Schema{Type: "object", Open: true}
}

func (f fullTypes) schemaOfStruct(t reflect.Type, depth int) *Schema {
	if slices.Contains(f, t) {
		depth = math.MaxInt
	}
	out := &Schema{Type: "object", Description: description(t, reflect.StructField{})}
	if depth == 0 {
		out.Open = true
		return out
	}
	out.Properties, out.short = map[string]*Schema{}, hasShortForm(t)
	f.addFields(out, t, depth-1)
	return out
}

// addFields adds the fields of a struct as properties to its schema, and describes
// those that are objects down to a depth.
func (f fullTypes) addFields(s *Schema, t reflect.Type, depth int) {
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported():
			continue
		case field.Anonymous && name == "":
			f.addFields(s, field.Type, depth)
			continue
		case name == "":
			name = field.Name
		}
		property := f.schemaOf(field.Type, depth)
		if text := description(t, field); text != "" {
			property.Description = text
		}
		s.Properties[name] = property
		if isRequired(t, field) {
			s.Required = append(s.Required, name)
		}
	}
}
