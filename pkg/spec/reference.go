// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"reflect"
	"regexp"
	"strings"
)

//go:generate go run ../../hack/specdoc comments
//go:generate go run ../../hack/specdoc pages

// Field documents one field of a spec.
type Field struct {
	// Path is the path in the spec, such as "ports[].host"; Name is its last
	// element.
	Path, Name string
	// Type is the type in the reference, such as "string", "[]Port" or
	// "map[string]string".
	Type string
	// Doc is the description.
	Doc string
	// Required reports whether the field must be set.
	Required bool
	// Values lists the allowed values; nil means that they are not enumerated.
	Values []string
	// Change is the effect of a change; empty for a field that has fields.
	Change Change
	// Fields are the fields below it.
	Fields []Field
}

// Fields returns the fields of the spec of a kind, in the order of its Go type.
func Fields(kind Kind) []Field { return fieldsOf(specTypes[kind], "", "") }

func fieldsOf(t reflect.Type, path string, class Change) []Field {
	var fields []Field
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		field := Field{
			Path: joinPath(path, name), Name: name, Type: typeName(f.Type), Doc: fieldDoc(t, f),
			Required: options == "", Values: valuesOf(t, f),
		}
		inner, below := element(f.Type, field.Path)
		if isLeaf(inner) {
			field.Change = changeOf(f, class)
		} else {
			field.Fields = fieldsOf(inner, below, changeOf(f, class))
		}
		fields = append(fields, field)
	}
	return fields
}

// element returns the type inside lists, maps and pointers, and its path.
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

// Doc returns the description of a type of this package or, if field is not
// empty, of the field with that Go name. It returns "" if there is none.
func Doc(t reflect.Type, field string) string {
	if field == "" {
		return typeDocs[t.Name()]
	}
	f, _ := t.FieldByName(field)
	return fieldDoc(t, f)
}

// goName matches a word that may be the Go name of a field.
var goName = regexp.MustCompile(`\b[A-Z]\w+`)

// fieldDoc returns the comment of a field, with the Go names of fields replaced
// by their names in manifests.
func fieldDoc(t reflect.Type, f reflect.StructField) string {
	return goName.ReplaceAllStringFunc(fieldDocs[t.Name()+"."+f.Name], func(word string) string {
		if field, found := t.FieldByName(word); found {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			return name
		}
		return word
	})
}

// choices lists the allowed values of fields whose type does not define them.
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

// valuesOf returns the allowed values of a field, or nil if they are not
// enumerated.
func valuesOf(t reflect.Type, f reflect.StructField) []string {
	if values, found := choices[t.Name()+"."+f.Name]; found {
		return values
	}
	return typeValues[f.Type.Name()]
}

// typeName returns the name of a type in the reference.
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

// KindDoc returns the description of a kind.
func KindDoc(kind Kind) string { return typeDocs[string(kind)] }
