// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"encoding/json"
	"reflect"
	"strings"
)

// schema is a JSON schema, of draft-07 or as OpenAPI 3.0 has them: it keeps to
// what both understand.
type schema map[string]any

// JSONSchema is the schema (draft-07) of a manifest of the kind, or with an
// empty kind of one of any.
func JSONSchema(kind Kind) []byte {
	b := &schemaBuilder{refs: "#/definitions/", made: map[string]schema{}}
	var root schema
	if kind == "" {
		root = b.anyKind()
	} else {
		root = b.document(kind)
	}
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["title"] = "reconciler manifest"
	root["definitions"] = b.made
	return encodeSchema(root)
}

// anyKind is the schema of a manifest of any kind: the kind decides, so that a
// fault is told of that kind only.
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

// OpenAPI is the OpenAPI 3.0 document with the schemas of all kinds.
func OpenAPI() []byte {
	b := &schemaBuilder{refs: "#/components/schemas/", made: map[string]schema{}}
	for _, kind := range Kinds() {
		// The name of a spec's own type is taken by the document.
		b.made[string(kind)+"Manifest"] = b.document(kind)
	}
	return encodeSchema(schema{
		"openapi":    "3.0.3",
		"info":       schema{"title": "reconciler manifests", "version": strings.TrimPrefix(APIVersion, "reconciler.dev/")},
		"paths":      schema{},
		"components": schema{"schemas": b.made},
	})
}

func encodeSchema(s schema) []byte {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic("spec: schema: " + err.Error())
	}
	return append(data, '\n')
}

// schemaBuilder makes the schemas of types; those of structs are made once and
// referred to.
type schemaBuilder struct {
	refs string
	made map[string]schema
}

// document is the schema of a manifest.
func (b *schemaBuilder) document(kind Kind) schema {
	required := []string{"apiVersion", "kind"}
	metadata := b.of(reflect.TypeFor[Metadata]())
	if kind == KindContainer { // spec.id may name it
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
			"spec":       b.of(specTypes[kind]),
			"status":     schema{"description": "status is written by the controller and never read"},
		},
	}
}

// variable is a reference to a variable, which may stand for any scalar.
var variable = schema{"type": "string", "pattern": `\$\{`}

func anyOf(options ...schema) schema { return schema{"anyOf": options} }

// of is the schema of a type.
func (b *schemaBuilder) of(t reflect.Type) schema {
	if s := b.special(t); s != nil {
		return s
	}
	switch t.Kind() {
	case reflect.Pointer:
		return b.of(t.Elem())
	case reflect.Slice:
		return schema{"type": "array", "items": b.of(t.Elem())}
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": b.of(t.Elem())}
	case reflect.Struct:
		return b.reference(t)
	case reflect.Bool:
		return anyOf(schema{"type": "boolean"}, variable)
	case reflect.Int:
		return anyOf(schema{"type": "integer"}, variable)
	}
	return schema{"type": "string"}
}

// special is the schema of a type that is written in a form of its own.
func (b *schemaBuilder) special(t reflect.Type) schema {
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
		return anyOf(text(`^([0-9.]+([KMGT]i|[kMGT])?|unlimited|-1)$`), number(-1))
	case reflect.TypeFor[CPUs]():
		return anyOf(text(`^[0-9.]+m?$`), number(0))
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

// reference refers to the schema of a struct, which it makes when it is new.
func (b *schemaBuilder) reference(t reflect.Type) schema {
	ref := schema{"$ref": b.refs + t.Name()}
	if _, known := b.made[t.Name()]; known {
		return ref
	}
	b.made[t.Name()] = nil // it may refer to itself
	properties, required := schema{}, []string{}
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		properties[name] = b.field(t, f)
		if options == "" && t != reflect.TypeFor[Metadata]() {
			required = append(required, name)
		}
	}
	if t == reflect.TypeFor[Metadata]() {
		for _, name := range serverFields {
			properties[name] = schema{"description": name + " is written by the controller and never read"}
		}
	}
	s := schema{"type": "object", "description": typeDocs[t.Name()], "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	b.made[t.Name()] = s
	return ref
}

// field is the schema of a field, with what is said of it.
func (b *schemaBuilder) field(t reflect.Type, f reflect.StructField) schema {
	s := b.of(f.Type)
	if values := valuesOf(t, f); values != nil {
		s = anyOf(schema{"type": "string", "enum": values}, variable)
	}
	doc := fieldDoc(t, f)
	if _, isRef := s["$ref"]; isRef { // beside a reference nothing counts
		return schema{"allOf": []schema{s}, "description": doc}
	}
	out := schema{"description": doc}
	for k, v := range s {
		out[k] = v
	}
	return out
}
