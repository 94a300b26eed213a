// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxDepth is how deep a manifest may be nested.
const maxDepth = 50

// maxErrors is how many faults of a document are told: nobody reads more, and
// each has to be compared with those before it.
const maxErrors = 100

// checker holds a document against the Go types and collects every fault with
// its place.
type checker struct {
	file string
	root *yaml.Node
	kind Kind
	errs Errors
	// bad are the nodes found at fault: the rest is decoded without them.
	bad map[*yaml.Node]bool
	// words are the nodes to be decoded as they were written.
	words map[*yaml.Node]bool
	// lookup finds the variables that values may refer to; nil leaves them as
	// they are. variables are those used, and expanded what stood in the place
	// of a value: it is told of instead.
	lookup    Lookup
	variables map[string]bool
	expanded  map[*yaml.Node]string
	// replaced counts the bytes of the values put in.
	replaced int
}

func newChecker(file string, root *yaml.Node, lookup Lookup) *checker {
	return &checker{
		file: file, root: root, lookup: lookup, bad: map[*yaml.Node]bool{}, words: map[*yaml.Node]bool{},
		variables: map[string]bool{}, expanded: map[*yaml.Node]string{},
	}
}

// fail records a fault of the field at path, unless one of it, or of what it is
// in or made of, is known already: it would be a consequence of that.
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

// deny records that the policy does not allow the field at path.
func (c *checker) deny(path, message, hint string) {
	before := len(c.errs)
	c.fail(path, message, hint)
	for i := before; i < len(c.errs); i++ {
		c.errs[i].Denied = true
	}
}

// within reports that path is outer or something in it.
func within(path, outer string) bool {
	rest, found := strings.CutPrefix(path, outer)
	return found && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// failAt records a fault of a node.
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

// check holds the document against the type of target.
func (c *checker) check(target any) {
	c.value(c.root, reflect.TypeOf(target).Elem(), "")
}

// shorthand is implemented by structs that a plain name may stand for.
type shorthand interface{ fromName(name string) any }

// value holds a node against a type.
func (c *checker) value(n *yaml.Node, t reflect.Type, path string) {
	if isNull(n) || c.bad[n] || c.special(n, t, path) {
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		c.value(n, t.Elem(), path)
	case reflect.Struct:
		c.object(n, t, path)
	case reflect.Map:
		c.mapping(n, t, path)
	case reflect.Slice:
		c.list(n, t, path)
	case reflect.String:
		c.text(n, path)
	case reflect.Bool:
		c.want(n, path, n.ShortTag() == "!!bool", "true or false", "write it without quotes")
	case reflect.Int:
		var v int
		c.want(n, path, n.ShortTag() == "!!int" && n.Decode(&v) == nil, "an integer", "write it like 3, without quotes")
	}
}

// want records a fault unless ok.
func (c *checker) want(n *yaml.Node, path string, ok bool, expected, hint string) {
	if !ok {
		c.failAt(n, path, "found "+c.describe(n)+", want "+expected, hint)
	}
}

func (c *checker) list(n *yaml.Node, t reflect.Type, path string) {
	if n.Kind != yaml.SequenceNode {
		hint := "put it in [ ]"
		if n.Kind == yaml.MappingNode {
			hint = "write each entry on a line of its own, with - before it"
		}
		c.failAt(n, path, "found "+c.describe(n)+", want a list", hint)
		return
	}
	for i, item := range n.Content {
		c.item(item, t.Elem(), fmt.Sprintf("%s[%d]", path, i))
	}
}

func (c *checker) mapping(n *yaml.Node, t reflect.Type, path string) {
	if n.Kind != yaml.MappingNode {
		c.failAt(n, path, "found "+c.describe(n)+", want an object of names and values", "write it as {NAME: value}")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; !c.bad[key] {
			c.item(n.Content[i+1], t.Elem(), join(path, key.Value))
		}
	}
}

// item holds a member of a list or mapping against its type. A field that is
// null is one left out; a member that is null would be lost or changed.
func (c *checker) item(n *yaml.Node, t reflect.Type, path string) {
	if isNull(n) {
		c.failAt(n, path, "found nothing, want a value", `write it, or "" for an empty text`)
		return
	}
	c.value(n, t, path)
}

// object holds a mapping against a struct: each key has to be a field.
func (c *checker) object(n *yaml.Node, t reflect.Type, path string) {
	if n.Kind != yaml.MappingNode {
		c.failAt(n, path, "found "+c.describe(n)+", want an object with "+list(fieldNames(t)), cmp.Or(examples[t], "write it as {field: value}"))
		return
	}
	for i := 0; i+1 < len(n.Content) && len(c.errs) < maxErrors; i += 2 {
		key := n.Content[i]
		field, known := fieldNamed(t, key.Value)
		sub := join(path, key.Value)
		switch {
		case c.bad[key]:
		case known && field.Type.Kind() == reflect.Interface, written(t, key.Value):
			c.bad[key] = true // no fault, and nothing to read
		case known:
			c.value(n.Content[i+1], field.Type, sub)
		default:
			c.failAt(key, sub, "unknown field", c.unknownHint(key.Value, t, path))
		}
	}
}

// unknownHint is the way out of an unknown field.
func (c *checker) unknownHint(name string, t reflect.Type, path string) string {
	if path == "" {
		if _, known := fieldNamed(specTypes[c.kind], name); known {
			return "write it under spec"
		}
	}
	if ours, known := foreign[name]; known && has(t, ours) {
		return fmt.Sprintf("here it is called %s", ours)
	}
	return cmp.Or(DidYouMean(name, fieldNames(t)), "known here: "+list(fieldNames(t)))
}

// has reports that the first step of a path is a field.
func has(t reflect.Type, path string) bool {
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
