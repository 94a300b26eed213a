// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"math"
	"reflect"
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
// no limit.
func SchemaOf(t reflect.Type, depth int) *Schema {
	if depth == 0 {
		depth = math.MaxInt
	}
	return schemaOf(t, depth)
}

func schemaOf(t reflect.Type, depth int) *Schema {
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
		return &Schema{Type: "array", Items: schemaOf(t.Elem(), depth)}
	case reflect.Map:
		return &Schema{Type: "object", AdditionalProperties: schemaOf(t.Elem(), depth)}
	case reflect.Struct:
		return schemaOfStruct(t, depth)
	}
	return &Schema{Type: "object", Open: true}
}

func schemaOfStruct(t reflect.Type, depth int) *Schema {
	out := &Schema{Type: "object", Description: description(t, reflect.StructField{})}
	if depth == 0 {
		out.Open = true
		return out
	}
	out.Properties, out.short = map[string]*Schema{}, hasShortForm(t)
	out.addFields(t, depth-1)
	return out
}

// addFields adds the fields of a struct as properties, and describes those that are
// objects down to a depth.
func (s *Schema) addFields(t reflect.Type, depth int) {
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
			continue
		case f.Anonymous && name == "":
			s.addFields(f.Type, depth)
			continue
		case name == "":
			name = f.Name
		}
		field := schemaOf(f.Type, depth)
		if text := description(t, f); text != "" {
			field.Description = text
		}
		s.Properties[name] = field
		if isRequired(t, f) {
			s.Required = append(s.Required, name)
		}
	}
}
