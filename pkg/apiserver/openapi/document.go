// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Resource is one resource to describe.
type Resource struct {
	Kind
	// Root is the path of the group, such as "/api/v1".
	Root, Plural string
	Namespaced   bool
	// Verbs are those of Kubernetes: get, list, create, update, patch, delete.
	Verbs  []string
	Schema *Schema
}

// name is that of the schema.
func (r Resource) name() string {
	group := r.Group
	if group == "" {
		group = "core.k8s.io"
	}
	parts := strings.Split(group, ".")
	slices.Reverse(parts)
	return strings.Join(parts, ".") + "." + r.Version + "." + r.Kind.Kind
}

// operation is a method at a path.
type operation struct{ path, method, action string }

// operations are those of the verbs that a resource has.
func (r Resource) operations() []operation {
	var out []operation
	add := func(path, method, verb, action string) {
		if slices.Contains(r.Verbs, verb) {
			out = append(out, operation{path, method, action})
		}
	}
	collection := r.Root + "/" + r.Plural
	if r.Namespaced {
		add(collection, "get", "list", "list")
		collection = r.Root + "/namespaces/{namespace}/" + r.Plural
	}
	add(collection, "get", "list", "list")
	add(collection, "post", "create", "post")
	item := collection + "/{name}"
	add(item, "get", "get", "get")
	add(item, "put", "update", "put")
	add(item, "patch", "patch", "patch")
	add(item, "delete", "delete", "delete")
	return out
}

// parameters are the query parameters of an operation that clients look for.
func (o operation) parameters() []string {
	switch o.action {
	case "post", "put", "patch":
		return []string{"dryRun", "fieldManager", "fieldValidation"}
	case "delete":
		return []string{"dryRun"}
	case "list":
		return []string{"labelSelector", "fieldSelector", "limit", "continue", "watch"}
	}
	return nil
}

// pathParameters are the names in braces of a path.
func (o operation) pathParameters() []string {
	var out []string
	for _, name := range []string{"namespace", "name"} {
		if strings.Contains(o.path, "{"+name+"}") {
			out = append(out, name)
		}
	}
	return out
}

// V3 is the description of resources as OpenAPI v3.
func V3(title string, resources []Resource) []byte {
	type object = map[string]any
	schemas, paths := object{}, object{}
	for _, r := range resources {
		schema := *r.Schema
		schema.Kinds = []Kind{r.Kind}
		schemas[r.name()] = &schema
		content := object{"application/json": object{"schema": object{"$ref": "#/components/schemas/" + r.name()}}}
		for _, o := range r.operations() {
			parameters := []object{}
			for _, name := range o.parameters() {
				parameters = append(parameters, object{"name": name, "in": "query", "schema": object{"type": "string"}})
			}
			for _, name := range o.pathParameters() {
				parameters = append(parameters, object{"name": name, "in": "path", "required": true, "schema": object{"type": "string"}})
			}
			method := object{
				"x-kubernetes-group-version-kind": r.Kind,
				"x-kubernetes-action":             o.action,
				"parameters":                      parameters,
				"responses":                       object{"200": object{"description": "OK", "content": content}},
			}
			if o.method == "post" || o.method == "put" {
				method["requestBody"] = object{"content": content}
			}
			if paths[o.path] == nil {
				paths[o.path] = object{}
			}
			paths[o.path].(object)[o.method] = method
		}
	}
	data, err := json.Marshal(object{
		"openapi":    "3.0.0",
		"info":       object{"title": title, "version": "v1"},
		"paths":      paths,
		"components": object{"schemas": schemas},
	})
	if err != nil {
		panic(fmt.Sprintf("encode OpenAPI: %v", err)) // it is made of maps and strings
	}
	return data
}

// sorted are the keys of a map, in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
