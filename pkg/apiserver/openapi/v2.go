// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// message is an encoded protobuf message.
type message []byte

func (m *message) addText(field protowire.Number, s string) {
	if s != "" {
		*m = protowire.AppendString(protowire.AppendTag(*m, field, protowire.BytesType), s)
	}
}

func (m *message) add(field protowire.Number, sub message) {
	*m = protowire.AppendBytes(protowire.AppendTag(*m, field, protowire.BytesType), sub)
}

func (m *message) setTrue(field protowire.Number) {
	*m = protowire.AppendVarint(protowire.AppendTag(*m, field, protowire.VarintType), 1)
}

// named returns a message with a name and a value.
func named(name string, value message) message {
	var m message
	m.addText(1, name)
	m.add(2, value)
	return m
}

// extension returns a NamedAny whose value is YAML.
func extension(name, yaml string) message {
	var value message
	value.addText(2, yaml)
	return named(name, value)
}

const kindExtension = "x-kubernetes-group-version-kind"

func (k Kind) yaml(begin, indent string) string {
	return fmt.Sprintf("%sgroup: %q\n%skind: %s\n%sversion: %s\n", begin, k.Group, indent, k.Kind, indent, k.Version)
}

// V2 returns the description of resources in OpenAPI v2, as the protobuf message
// Document. The field numbers come from gnostic's OpenAPIv2.proto.
func V2(resources []Resource) []byte {
	var info, paths, definitions message
	info.addText(1, title)
	info.addText(2, "v1")
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
		for _, path := range sortedKeys(items) {
			paths.add(2, named(path, *items[path]))
		}
	}
	var document message
	document.addText(1, "2.0")
	document.add(2, info)
	document.add(8, paths)
	document.add(9, definitions)
	return document
}

// v2 returns an Operation.
func (o operation) v2(r Resource) message {
	var m message
	for _, name := range o.parameters() {
		var query message
		query.addText(2, "query")
		query.addText(4, name)
		query.addText(6, "string")
		m.add(8, parameter(3, query))
	}
	for _, name := range o.pathParameters() {
		var path message
		path.setTrue(1)
		path.addText(2, "path")
		path.addText(4, name)
		path.addText(5, "string")
		m.add(8, parameter(4, path))
	}
	var response, value, responses message
	response.addText(1, "OK")
	value.add(1, response)
	responses.add(1, named("200", value))
	m.add(9, responses)
	m.add(13, extension(kindExtension, r.yaml("", "")))
	m.add(13, extension("x-kubernetes-action", o.action+"\n"))
	return m
}

// parameter returns a ParametersItem with a kind of NonBodyParameter.
func parameter(kind protowire.Number, sub message) message {
	var nonBody, parameter, item message
	nonBody.add(kind, sub)
	parameter.add(2, nonBody)
	item.add(1, parameter)
	return item
}

// v2 returns a Schema. Version 2 cannot express that an object has a short form, so
// that such an object is left open: kubectl would refuse the short form otherwise.
func (s *Schema) v2() message {
	var m message
	m.addText(2, s.Format)
	m.addText(4, s.Description)
	if s.short || s.Open {
		m.add(31, extension("x-kubernetes-preserve-unknown-fields", "true\n"))
		return m
	}
	for _, name := range s.Required {
		m.addText(19, name)
	}
	if s.AdditionalProperties != nil {
		var item message
		item.add(1, s.AdditionalProperties.v2())
		m.add(21, item)
	}
	if s.Type != "" {
		var item message
		item.addText(1, s.Type)
		m.add(22, item)
	}
	if s.Items != nil {
		var item message
		item.add(1, s.Items.v2())
		m.add(23, item)
	}
	if len(s.Properties) > 0 {
		var properties message
		for _, name := range sortedKeys(s.Properties) {
			properties.add(1, named(name, s.Properties[name].v2()))
		}
		m.add(25, properties)
	}
	return m
}
