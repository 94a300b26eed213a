// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// message is a protobuf message in the making.
type message []byte

func (m *message) text(field protowire.Number, s string) {
	if s != "" {
		*m = protowire.AppendString(protowire.AppendTag(*m, field, protowire.BytesType), s)
	}
}

func (m *message) add(field protowire.Number, sub message) {
	*m = protowire.AppendBytes(protowire.AppendTag(*m, field, protowire.BytesType), sub)
}

func (m *message) yes(field protowire.Number) {
	*m = protowire.AppendVarint(protowire.AppendTag(*m, field, protowire.VarintType), 1)
}

// named is a message of a name and a value.
func named(name string, value message) message {
	var m message
	m.text(1, name)
	m.add(2, value)
	return m
}

// extension is a NamedAny whose value is YAML.
func extension(name, yaml string) message {
	var value message
	value.text(2, yaml)
	return named(name, value)
}

const kindExtension = "x-kubernetes-group-version-kind"

func (k Kind) yaml(begin, indent string) string {
	return fmt.Sprintf("%sgroup: %q\n%skind: %s\n%sversion: %s\n", begin, k.Group, indent, k.Kind, indent, k.Version)
}

// V2 is the description of resources as OpenAPI v2, in the protobuf form of
// gnostic: a Document. The field numbers are those of its OpenAPIv2.proto.
func V2(title string, resources []Resource) []byte {
	var info, paths, definitions message
	info.text(1, title)
	info.text(2, "v1")
	for _, r := range resources {
		schema := r.Schema.v2()
		schema.add(31, extension(kindExtension, r.yaml("- ", "  ")))
		definitions.add(1, named(r.name(), schema))
		items := map[string]*message{}
		for _, o := range r.operations() {
			if items[o.path] == nil {
				items[o.path] = &message{}
			}
			field := map[string]protowire.Number{"get": 2, "put": 3, "post": 4, "delete": 5, "patch": 8}[o.method]
			items[o.path].add(field, o.v2(r))
		}
		for _, path := range sorted(items) {
			paths.add(2, named(path, *items[path]))
		}
	}
	var document message
	document.text(1, "2.0")
	document.add(2, info)
	document.add(8, paths)
	document.add(9, definitions)
	return document
}

// v2 is an Operation.
func (o operation) v2(r Resource) message {
	var m message
	for _, name := range o.parameters() {
		var query message
		query.text(2, "query")
		query.text(4, name)
		query.text(6, "string")
		m.add(8, parameter(3, query))
	}
	for _, name := range o.pathParameters() {
		var path message
		path.yes(1)
		path.text(2, "path")
		path.text(4, name)
		path.text(5, "string")
		m.add(8, parameter(4, path))
	}
	var response, value, responses message
	response.text(1, "OK")
	value.add(1, response)
	responses.add(1, named("200", value))
	m.add(9, responses)
	m.add(13, extension(kindExtension, r.yaml("", "")))
	m.add(13, extension("x-kubernetes-action", o.action+"\n"))
	return m
}

// parameter is a ParametersItem of a kind of NonBodyParameter.
func parameter(kind protowire.Number, sub message) message {
	var nonBody, parameter, item message
	nonBody.add(kind, sub)
	parameter.add(2, nonBody)
	item.add(1, parameter)
	return item
}

// v2 is a Schema. Version 2 has no way to say that something shorter may stand
// for an object, so that such a one is left open: kubectl would refuse it.
func (s *Schema) v2() message {
	var m message
	m.text(2, s.Format)
	m.text(4, s.Description)
	if s.short || s.Open {
		m.add(31, extension("x-kubernetes-preserve-unknown-fields", "true\n"))
		return m
	}
	for _, name := range s.Required {
		m.text(19, name)
	}
	if s.AdditionalProperties != nil {
		var item message
		item.add(1, s.AdditionalProperties.v2())
		m.add(21, item)
	}
	if s.Type != "" {
		var item message
		item.text(1, s.Type)
		m.add(22, item)
	}
	if s.Items != nil {
		var item message
		item.add(1, s.Items.v2())
		m.add(23, item)
	}
	if len(s.Properties) > 0 {
		var properties message
		for _, name := range sorted(s.Properties) {
			properties.add(1, named(name, s.Properties[name].v2()))
		}
		m.add(25, properties)
	}
	return m
}
