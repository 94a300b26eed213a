// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pact-toolbox/reconciler/pkg/spelling"
)

// maxDepth is the maximum nesting depth of a manifest.
const maxDepth = 50

// maxErrors limits the errors reported for a document, because each new error is
// compared with all earlier ones.
const maxErrors = 100

// checker compares a document with the Go types and collects every error with its
// position.
type checker struct {
	file string
	root *yaml.Node
	kind Kind
	errs Errors
	// bad holds the nodes with errors; the rest is decoded without them.
	bad map[*yaml.Node]bool
	// verbatim holds the scalar nodes whose text is decoded as it was written.
	verbatim map[*yaml.Node]bool
	// lookup returns the variables that values refer to; nil disables
	// interpolation. variables holds the names that were used, and expanded the
	// text that messages show in place of an interpolated value.
	lookup    Lookup
	variables map[string]bool
	expanded  map[*yaml.Node]string
	// replaced counts the bytes of all interpolated values.
	replaced int
}

func newChecker(file string, root *yaml.Node, lookup Lookup) *checker {
	return &checker{
		file: file, root: root, lookup: lookup, bad: map[*yaml.Node]bool{}, verbatim: map[*yaml.Node]bool{},
		variables: map[string]bool{}, expanded: map[*yaml.Node]string{},
	}
}

// fail records an error of the field at path. It does nothing if there already is
// an error of that field, of a field around it or of one inside it, because the
// new error would be a consequence.
func (c *checker) fail(path, message, hint string) {
	if len(c.errs) >= maxErrors {
		return
	}
	for _, known := range c.errs {
		if known.Path != "" && (within(path, known.Path) || within(known.Path, path)) {
			return
		}
	}
	c.errs = append(c.errs, Error{Position: c.position(path), Path: path, Message: message, Hint: hint})
}

// deny records that the policy denies the field at path.
func (c *checker) deny(path, message, hint string) {
	before := len(c.errs)
	c.fail(path, message, hint)
	for i := before; i < len(c.errs); i++ {
		c.errs[i].Denied = true
	}
}

// within reports whether path is outer or a field inside it.
func within(path, outer string) bool {
	rest, found := strings.CutPrefix(path, outer)
	return found && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// failAt records an error of a node.
func (c *checker) failAt(n *yaml.Node, path, message, hint string) {
	c.bad[n] = true
	if len(c.errs) >= maxErrors {
		return
	}
	c.errs = append(c.errs, Error{
		Position: Position{File: c.file, Line: n.Line, Column: n.Column},
		Path:     path, Message: message, Hint: hint,
	})
}

func kindNames() []string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	slices.Sort(names)
	return names
}

// checkDocument compares the document with the type of target.
func (c *checker) checkDocument(target any) {
	c.checkValue(c.root, reflect.TypeOf(target).Elem(), "")
}

// shorthand is implemented by structs that a manifest may write as a plain name.
type shorthand interface{ fromName(name string) any }

// checkValue compares a node with a type.
func (c *checker) checkValue(n *yaml.Node, t reflect.Type, path string) {
	if isNull(n) || c.bad[n] || c.checkSpecial(n, t, path) {
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		c.checkValue(n, t.Elem(), path)
	case reflect.Struct:
		c.checkObject(n, t, path)
	case reflect.Map:
		c.checkMap(n, t, path)
	case reflect.Slice:
		c.checkList(n, t, path)
	case reflect.String:
		c.checkString(n, path)
	case reflect.Bool:
		c.require(n, path, n.ShortTag() == "!!bool", "true or false", "write true or false without quotes")
	case reflect.Int:
		var v int
		c.require(n, path, n.ShortTag() == "!!int" && n.Decode(&v) == nil, "an integer", "write a number such as 3, without quotes")
	}
}

// require records an error unless ok is true.
func (c *checker) require(n *yaml.Node, path string, ok bool, expected, hint string) {
	if !ok {
		c.failAt(n, path, "found "+c.describe(n)+", want "+expected, hint)
	}
}

func (c *checker) checkList(n *yaml.Node, t reflect.Type, path string) {
	if n.Kind != yaml.SequenceNode {
		hint := "enclose it in [ ]"
		if n.Kind == yaml.MappingNode {
			hint = `write each entry on its own line, prefixed with "- "`
		}
		c.failAt(n, path, "found "+c.describe(n)+", want a list", hint)
		return
	}
	for i, item := range n.Content {
		c.checkItem(item, t.Elem(), fmt.Sprintf("%s[%d]", path, i))
	}
}

func (c *checker) checkMap(n *yaml.Node, t reflect.Type, path string) {
	if n.Kind != yaml.MappingNode {
		c.failAt(n, path, "found "+c.describe(n)+", want an object of names and values", "write {NAME: value}")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; !c.bad[key] {
			c.checkItem(n.Content[i+1], t.Elem(), joinPath(path, key.Value))
		}
	}
}

// checkItem compares an item of a list or map with its type. A null field is
// treated as omitted, but a null item is an error because decoding would drop or
// change it.
func (c *checker) checkItem(n *yaml.Node, t reflect.Type, path string) {
	if isNull(n) {
		c.failAt(n, path, "found null, want a value", `write "" for an empty string`)
		return
	}
	c.checkValue(n, t, path)
}

// checkObject compares a map node with a struct: each key must be a field.
func (c *checker) checkObject(n *yaml.Node, t reflect.Type, path string) {
	if n.Kind != yaml.MappingNode {
		c.failAt(n, path, "found "+c.describe(n)+", want an object with "+joinOr(fieldNames(t)), cmp.Or(examples[t], "write {field: value}"))
		return
	}
	for i := 0; i+1 < len(n.Content) && len(c.errs) < maxErrors; i += 2 {
		key := n.Content[i]
		field, known := fieldNamed(t, key.Value)
		sub := joinPath(path, key.Value)
		switch {
		case c.bad[key]:
		case known && field.Type.Kind() == reflect.Interface, serverWritten(t, key.Value):
			c.bad[key] = true // not an error, but not decoded either
		case known:
			c.checkValue(n.Content[i+1], field.Type, sub)
		default:
			c.failAt(key, sub, "unknown field", c.unknownHint(key.Value, t, path))
		}
	}
}

// unknownHint returns the hint for an unknown field.
func (c *checker) unknownHint(name string, t reflect.Type, path string) string {
	if path == "" {
		if _, known := fieldNamed(specTypes[c.kind], name); known {
			return "move it under spec"
		}
	}
	if ours, known := foreign[name]; known && hasFirst(t, ours) {
		return "use " + ours
	}
	return cmp.Or(spelling.Suggest(name, fieldNames(t)), "known fields: "+strings.Join(fieldNames(t), ", "))
}

// hasFirst reports whether the first element of a path is a field of t.
func hasFirst(t reflect.Type, path string) bool {
	first, _, _ := strings.Cut(path, ".")
	first, _, _ = strings.Cut(first, ":")
	first, _, _ = strings.Cut(first, ",")
	_, known := fieldNamed(t, first)
	return known
}

func fieldNames(t reflect.Type) []string {
	var names []string
	if t.Kind() != reflect.Struct {
		return nil
	}
	for f := range t.Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			names = append(names, name)
		}
	}
	return names
}

func fieldNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	for f := range t.Fields() {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == name {
			return f, true
		}
	}
	return reflect.StructField{}, false
}
