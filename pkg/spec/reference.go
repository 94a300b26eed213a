// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"reflect"
	"regexp"
	"strings"
)

//go:generate go run ../../hack/specdoc comments
//go:generate go run ../../hack/specdoc pages

// Field is a field of a spec as the reference tells of it.
type Field struct {
	// Path is that in the spec, such as "ports[].host"; Name is its last step.
	Path, Name string
	// Type is how it is written, such as "string", "[]Port" or "map[string]string".
	Type string
	// Doc is what it means.
	Doc string
	// Required reports that it cannot be left out.
	Required bool
	// Values are what it may be; nil when there is no such list.
	Values []string
	// Change is what a change takes; empty for a field that has fields.
	Change Change
	// Fields are those below it.
	Fields []Field
}

// Fields are the fields of the spec of a kind, as they stand in its Go type.
func Fields(kind Kind) []Field { return fieldsOf(kind, specTypes[kind], "") }

func fieldsOf(kind Kind, t reflect.Type, path string) []Field {
	var fields []Field
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		field := Field{
			Path: join(path, name), Name: name, Type: typeName(f.Type), Doc: fieldDoc(t, f),
			Required: options == "", Values: valuesOf(t, f),
		}
		inner, below := element(f.Type, field.Path)
		if isLeaf(inner) {
			field.Change = changes[kind][below]
		} else {
			field.Fields = fieldsOf(kind, inner, below)
		}
		fields = append(fields, field)
	}
	return fields
}

// element is the type within lists, mappings and pointers, and its path.
func element(t reflect.Type, path string) (reflect.Type, string) {
	for !isLeaf(t) {
		switch t.Kind() {
		case reflect.Pointer:
			t = t.Elem()
		case reflect.Slice, reflect.Map:
			path += itemSuffix(t)
			t = t.Elem()
		default:
			return t, path
		}
	}
	return t, path
}

// Doc is what is said of a type of this package, or of a field of it by its Go
// name; empty when nothing is.
func Doc(t reflect.Type, field string) string {
	if field == "" {
		return typeDocs[t.Name()]
	}
	f, _ := t.FieldByName(field)
	return fieldDoc(t, f)
}

// goName is a word that may be the Go name of a field.
var goName = regexp.MustCompile(`\b[A-Z]\w+`)

// fieldDoc is the comment of a field with the names of manifests for those of
// Go.
func fieldDoc(t reflect.Type, f reflect.StructField) string {
	return goName.ReplaceAllStringFunc(fieldDocs[t.Name()+"."+f.Name], func(word string) string {
		if field, found := t.FieldByName(word); found {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			return name
		}
		return word
	})
}

// choices are the values of fields whose type does not name them.
var choices = map[string][]string{
	"Port.Protocol":         {"tcp", "udp", "sctp"},
	"HTTPGet.Scheme":        {"http", "https"},
	"Mount.Propagation":     {"rprivate", "private", "rshared", "shared", "rslave", "slave"},
	"Container.UserNS":      {"host"},
	"Container.CgroupNS":    {"private", "host"},
	"Dependency.Condition":  {string(UntilStarted), string(UntilReady), string(UntilHealthy), string(UntilCompleted)},
	"RestartPolicy.Name":    {string(RestartNo), string(RestartAlways), string(RestartOnFailure), string(RestartUnlessStopped)},
	"Container.OnUnhealthy": {string(UnhealthyRestart), string(UnhealthyIgnore)},
}

// valuesOf are the values that a field may have; nil when there is no list.
func valuesOf(t reflect.Type, f reflect.StructField) []string {
	if values, found := choices[t.Name()+"."+f.Name]; found {
		return values
	}
	return typeValues[f.Type.Name()]
}

// typeName is how a type is called in the reference.
func typeName(t reflect.Type) string {
	switch {
	case t == durationType:
		return "duration"
	case t == bytesType || t == sensitiveBytesType:
		return "base64"
	case t == sensitiveType:
		return "string"
	case t == reflect.TypeFor[Size]():
		return "size"
	case t == reflect.TypeFor[CPUs]():
		return "number"
	case t == reflect.TypeFor[FileMode]():
		return "mode"
	case t == reflect.TypeFor[PortRange]():
		return "port"
	case t.Kind() == reflect.Pointer:
		return typeName(t.Elem())
	case t.Kind() == reflect.Slice:
		return "[]" + typeName(t.Elem())
	case t.Kind() == reflect.Map:
		return "map[string]" + typeName(t.Elem())
	case t.Kind() == reflect.Struct:
		return t.Name()
	case t.Kind() == reflect.Bool:
		return "boolean"
	case t.Kind() == reflect.Int:
		return "integer"
	}
	return "string"
}

// KindDoc says what a kind is.
func KindDoc(kind Kind) string { return typeDocs[string(kind)] }
