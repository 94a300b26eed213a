// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Resource describes one resource.
type Resource struct {
	Kind
	// Root is the path of the group, such as "/api/v1".
	Root, Plural string
	Namespaced   bool
	// Verbs are verbs of Kubernetes: get, list, create, update, patch, delete.
	Verbs  []string
	Schema *Schema
}

// name returns the name of the schema.
func (r Resource) name() string {
	group := r.Group
	if group == "" {
		group = "core.k8s.io"
	}
	parts := strings.Split(group, ".")
	slices.Reverse(parts)
	return strings.Join(parts, ".") + "." + r.Version + "." + r.Kind.Kind
}

// operation is one method of a path.
type operation struct{ path, method, action string }

// operations returns the operations for the verbs of the resource.
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

// parameters returns the query parameters that clients look for.
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

// pathParameters returns the parameters in the path.
func (o operation) pathParameters() []string {
	var out []string
	for _, name := range []string{"namespace", "name"} {
		if strings.Contains(o.path, "{"+name+"}") {
			out = append(out, name)
		}
	}
	return out
}

// V3 returns the description of resources in OpenAPI v3, as JSON.
func V3(resources []Resource) []byte {
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
		panic(fmt.Sprintf("encode OpenAPI: %v", err)) // never happens: it consists of maps and strings
	}
	return data
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
