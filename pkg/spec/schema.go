// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"encoding/json"
	"reflect"
	"strings"
)

// schema is a JSON schema that uses only keywords of both draft-07 and OpenAPI 3.0.
type schema map[string]any

// JSONSchema returns the JSON schema (draft-07) of manifests of the kind, or of all
// kinds if kind is empty.
func JSONSchema(kind Kind) []byte {
	b := &schemaBuilder{refs: "#/definitions/", built: map[string]schema{}}
	var root schema
	if kind == "" {
		root = b.anyKind()
	} else {
		root = b.document(kind)
	}
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["title"] = "reconciler manifest"
	root["definitions"] = b.built
	return encodeSchema(root)
}

// anyKind returns the schema of a manifest of any kind. It selects the schema by
// the field kind, so that a validator reports errors of that kind only.
func (b *schemaBuilder) anyKind() schema {
	var cases []schema
	for _, k := range Kinds() {
		is := schema{"required": []string{"kind"}, "properties": schema{"kind": schema{"const": k}}}
		cases = append(cases, schema{"if": is, "then": b.document(k)})
	}
	return schema{
		"type": "object", "required": []string{"apiVersion", "kind"},
		"properties": schema{"kind": schema{"type": "string", "enum": kindNames()}},
		"allOf":      cases,
	}
}

// OpenAPI returns an OpenAPI 3.0 document with the schemas of all kinds.
func OpenAPI() []byte {
	b := &schemaBuilder{refs: "#/components/schemas/", built: map[string]schema{}}
	for _, kind := range Kinds() {
		// The name of the kind is already used by the type of the spec.
		b.built[string(kind)+"Manifest"] = b.document(kind)
	}
	return encodeSchema(schema{
		"openapi":    "3.0.3",
		"info":       schema{"title": "reconciler manifests", "version": strings.TrimPrefix(APIVersion, "reconciler.dev/")},
		"paths":      schema{},
		"components": schema{"schemas": b.built},
	})
}

func encodeSchema(s schema) []byte {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic("spec: schema: " + err.Error())
	}
	return append(data, '\n')
}

// schemaBuilder builds the schemas of types. Each struct has one named schema,
// which others refer to.
type schemaBuilder struct {
	// refs is the prefix of references.
	refs string
	// built holds the schemas of structs by type name.
	built map[string]schema
}

// document returns the schema of a manifest of the kind.
func (b *schemaBuilder) document(kind Kind) schema {
	required := []string{"apiVersion", "kind"}
	metadata := b.schemaOf(reflect.TypeFor[Metadata]())
	if kind == KindContainer { // spec.id may set the name
		required = append(required, "spec")
	} else {
		required = append(required, "metadata")
		metadata = schema{"allOf": []schema{metadata}, "required": []string{"name"}}
	}
	return schema{
		"type": "object", "description": typeDocs[string(kind)], "additionalProperties": false, "required": required,
		"properties": schema{
			"$schema":    schema{"type": "string"},
			"apiVersion": schema{"type": "string", "enum": []string{APIVersion}},
			"kind":       schema{"type": "string", "enum": []string{string(kind)}},
			"metadata":   metadata,
			"spec":       b.schemaOf(specTypes[kind]),
			"status":     schema{"description": "status is written by the controller and ignored in manifests"},
		},
	}
}

// variable matches a variable reference, which may replace any scalar.
var variable = schema{"type": "string", "pattern": `\$\{`}

func anyOf(options ...schema) schema { return schema{"anyOf": options} }

// schemaOf returns the schema of a type.
func (b *schemaBuilder) schemaOf(t reflect.Type) schema {
	if s := b.specialSchema(t); s != nil {
		return s
	}
	switch t.Kind() {
	case reflect.Pointer:
		return b.schemaOf(t.Elem())
	case reflect.Slice:
		return schema{"type": "array", "items": b.schemaOf(t.Elem())}
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": b.schemaOf(t.Elem())}
	case reflect.Struct:
		return b.reference(t)
	case reflect.Bool:
		return anyOf(schema{"type": "boolean"}, variable)
	case reflect.Int:
		return anyOf(schema{"type": "integer"}, variable)
	}
	return schema{"type": "string"}
}

// specialSchema returns the schema of a type that has its own notation, or nil.
func (b *schemaBuilder) specialSchema(t reflect.Type) schema {
	text := func(pattern string) schema { return schema{"type": "string", "pattern": pattern + `|\$\{`} }
	number := func(least int) schema { return schema{"type": "number", "minimum": least} }
	const ports = `[0-9]+(-[0-9]+)?`
	switch t {
	case durationType:
		return text(`^(0|([0-9.]+(ns|us|µs|ms|s|m|h))+)$`)
	case sensitiveType:
		return schema{"type": "string"}
	case sensitiveBytesType, bytesType:
		return schema{"type": "string", "format": "byte"}
	case reflect.TypeFor[Size]():
		return anyOf(text(`^(`+sizePattern+`|unlimited|-1)$`), number(-1))
	case reflect.TypeFor[CPUs]():
		return anyOf(text(`^`+cpusPattern+`$`), number(0))
	case reflect.TypeFor[FileMode]():
		return anyOf(text(`^0o?[0-7]+$`), number(0))
	case reflect.TypeFor[PortRange]():
		return anyOf(schema{"type": "integer", "minimum": 1, "maximum": 65535}, text(`^(auto|`+ports+`)$`))
	case reflect.TypeFor[ExposedPort]():
		return anyOf(schema{"type": "integer", "minimum": 1, "maximum": 65535}, text(`^`+ports+`(/(tcp|udp|sctp))?$`))
	case reflect.TypeFor[Ulimit]():
		return anyOf(schema{"type": "integer", "minimum": -1}, variable, b.reference(t))
	case reflect.TypeFor[Device]():
		return anyOf(text(`^/`), b.reference(t))
	case reflect.TypeFor[GPUs]():
		return anyOf(schema{"type": "integer", "minimum": 1}, text(`^(all|[0-9]+)$`), b.reference(t))
	case reflect.TypeFor[RestartPolicy]():
		return anyOf(schema{"type": "string", "enum": choices["RestartPolicy.Name"]}, variable, b.reference(t))
	}
	if t.Kind() == reflect.Struct && t.Implements(shortType) {
		return anyOf(schema{"type": "string"}, b.reference(t))
	}
	return nil
}

// reference returns a reference to the schema of a struct, and builds that schema
// on first use.
func (b *schemaBuilder) reference(t reflect.Type) schema {
	ref := schema{"$ref": b.refs + t.Name()}
	if _, known := b.built[t.Name()]; known {
		return ref
	}
	b.built[t.Name()] = nil // the type may refer to itself
	properties, required := schema{}, []string{}
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		properties[name] = b.fieldSchema(t, f)
		if options == "" && t != reflect.TypeFor[Metadata]() {
			required = append(required, name)
		}
	}
	if t == reflect.TypeFor[Metadata]() {
		for _, name := range serverFields {
			properties[name] = schema{"description": name + " is written by the controller and ignored in manifests"}
		}
	}
	s := schema{"type": "object", "description": typeDocs[t.Name()], "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	b.built[t.Name()] = s
	return ref
}

// fieldSchema returns the schema of a field with its description.
func (b *schemaBuilder) fieldSchema(t reflect.Type, f reflect.StructField) schema {
	s := b.schemaOf(f.Type)
	if values := valuesOf(t, f); values != nil {
		s = anyOf(schema{"type": "string", "enum": values}, variable)
	}
	doc := fieldDoc(t, f)
	if _, isRef := s["$ref"]; isRef { // validators ignore keywords beside $ref
		return schema{"allOf": []schema{s}, "description": doc}
	}
	out := schema{"description": doc}
	for k, v := range s {
		out[k] = v
	}
	return out
}
