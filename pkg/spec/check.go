// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

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

// writeOut is the way out of YAML's references.
const writeOut = "manifests have no anchors and aliases: write the value out"

// structure refuses what no manifest needs: anchors, aliases, merge keys, keys
// that are no strings or stand twice, and bottomless nesting.
func (c *checker) structure(n *yaml.Node, path string, depth int) {
	switch {
	case depth > maxDepth: // its path would be a line of brackets
		c.failAt(n, "", fmt.Sprintf("nested more than %d deep", maxDepth), "no field is that deep: check the brackets")
		return
	case n.Kind == yaml.AliasNode:
		c.failAt(n, path, "found an alias", writeOut)
		return
	case n.Anchor != "":
		c.failAt(n, path, "found an anchor", writeOut)
		return
	case strings.ContainsRune(n.Value, 0):
		c.failAt(n, path, "found a NUL character", "remove it: no program can be given one")
		return
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			c.structure(item, fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
		return
	case n.Kind != yaml.MappingNode:
		return
	}
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		sub := join(path, key.Value)
		switch {
		case key.Kind != yaml.ScalarNode:
			c.failAt(key, path, "found "+c.describe(key)+" as a key, want a name", "write NAME: value")
			continue
		case key.ShortTag() == "!!merge":
			c.failAt(key, path, "found the merge key <<", "manifests have no merge keys: write the keys out")
			continue
		case strings.ContainsRune(key.Value, 0):
			c.failAt(key, path, "found a NUL character in a key", "remove it")
			continue
		}
		if first, found := seen[key.Value]; found {
			c.failAt(key, sub, fmt.Sprintf("the key stands twice, first at line %d", first.Line), "remove one of them")
		}
		seen[key.Value] = key
		c.structure(value, sub, depth+1)
	}
}

// envelope checks apiVersion and kind, which decide what the rest has to be. It
// returns no kind when there is nothing to hold the rest against.
func (c *checker) envelope() Kind {
	if c.root.Kind != yaml.MappingNode {
		c.failAt(c.root, "", "found "+c.describe(c.root)+", want an object with apiVersion, kind, metadata and spec", "")
		return ""
	}
	switch version := lookup(c.root, "apiVersion"); {
	case version == nil:
		c.fail("apiVersion", "missing", "add apiVersion: "+APIVersion)
	case version.Value != APIVersion && !c.bad[version]:
		c.failAt(version, "apiVersion", "found "+c.describe(version)+", want "+APIVersion, "")
	}
	kind := lookup(c.root, "kind")
	switch {
	case kind == nil:
		c.fail("kind", "missing", "add one of "+list(kindNames()))
	case c.bad[kind]:
	case !slices.Contains(kindNames(), kind.Value):
		c.failAt(kind, "kind", "found "+c.describe(kind)+", want one of "+list(kindNames()),
			didYouMean(kind.Value, kindNames()))
	default:
		if kind.Value == string(KindContainer) && lookup(c.root, "spec") == nil {
			c.fail("spec", "missing", "add spec with at least image")
		}
		c.kind = Kind(kind.Value)
		return c.kind
	}
	if metadata := lookup(c.root, "metadata"); metadata != nil {
		c.value(metadata, reflect.TypeFor[Metadata](), "metadata")
	}
	return ""
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

var (
	durationType       = reflect.TypeFor[Duration]()
	envValueType       = reflect.TypeFor[EnvValue]()
	sensitiveType      = reflect.TypeFor[Sensitive]()
	sensitiveBytesType = reflect.TypeFor[SensitiveBytes]()
	bytesType          = reflect.TypeFor[[]byte]()
	shortType          = reflect.TypeFor[shorthand]()
	wordType           = reflect.TypeFor[word]()
)

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
		c.want(n, path, n.ShortTag() == "!!bool", "true or false")
	case reflect.Int:
		var v int
		c.want(n, path, n.ShortTag() == "!!int" && n.Decode(&v) == nil, "an integer")
	}
}

// special holds a node against a type that is written in a form of its own, and
// reports whether t is one.
func (c *checker) special(n *yaml.Node, t reflect.Type, path string) bool {
	scalar := n.Kind == yaml.ScalarNode
	switch {
	case t == durationType:
		c.duration(n, path)
	case t == sensitiveType, t == sensitiveBytesType:
		c.sensitive(n, t, path)
	case t == bytesType:
		c.base64(n, path)
	case t == envValueType && scalar:
		c.text(n, path)
	case reflect.PointerTo(t).Implements(wordType) && (scalar || len(fieldNames(t)) == 0):
		c.word(n, reflect.New(t).Interface().(word), path)
	case t.Kind() == reflect.Struct && scalar && t.Implements(shortType):
		c.want(n, path, c.literal(n) || n.ShortTag() == "!!str", "a name or an object")
	default:
		return false
	}
	return true
}

// word is a quantity or the like, which is decoded as it was written.
func (c *checker) word(n *yaml.Node, w word, path string) {
	tag := n.ShortTag()
	if tag == "!!str" || tag == "!!int" || tag == "!!float" {
		if w.parse(n.Value) == nil {
			c.words[n] = true
			return
		}
	}
	want, example := w.form()
	c.failAt(n, path, "found "+c.describe(n)+", want "+want, example)
}

// sensitive is a text that no message repeats.
func (c *checker) sensitive(n *yaml.Node, t reflect.Type, path string) {
	switch {
	case n.Kind != yaml.ScalarNode:
		c.failAt(n, path, "found "+c.describe(n)+", want a string", "")
	case !c.literal(n) && n.ShortTag() != "!!str":
		c.failAt(n, path, "found no string, want one", "put it in quotes")
	case t == sensitiveBytesType:
		_, err := base64.StdEncoding.DecodeString(n.Value)
		c.wantBase64(n, path, err == nil)
	}
}

func (c *checker) base64(n *yaml.Node, path string) {
	if c.text(n, path); !c.bad[n] {
		_, err := base64.StdEncoding.DecodeString(n.Value)
		c.wantBase64(n, path, err == nil)
	}
}

func (c *checker) wantBase64(n *yaml.Node, path string, ok bool) {
	if !ok {
		c.failAt(n, path, "this is no base64", "encode it with `base64 -w0`, or write it as text under data")
	}
}

// want records a fault unless ok.
func (c *checker) want(n *yaml.Node, path string, ok bool, expected string) {
	if !ok {
		c.failAt(n, path, "found "+c.describe(n)+", want "+expected, "")
	}
}

// literal reports that a value came of a variable, and makes it a text whatever
// it looks like.
func (c *checker) literal(n *yaml.Node) bool {
	_, expanded := c.expanded[n]
	if expanded {
		n.Tag, n.Style = "!!str", yaml.DoubleQuotedStyle
	}
	return expanded
}

// text is a string that YAML does not take for something else.
func (c *checker) text(n *yaml.Node, path string) {
	if n.Kind != yaml.ScalarNode {
		c.failAt(n, path, "found "+c.describe(n)+", want a string", "")
		return
	}
	if c.literal(n) {
		return
	}
	ambiguous := n.Style == 0 && slices.Contains(yaml11Bools, strings.ToLower(n.Value))
	if n.ShortTag() != "!!str" || ambiguous {
		c.failAt(n, path, "found "+c.describe(n)+", want a string", fmt.Sprintf("quote it: %q", n.Value))
	}
}

// yaml11Bools are words that some YAML readers take for booleans.
var yaml11Bools = []string{"y", "n", "yes", "no", "on", "off"}

func (c *checker) duration(n *yaml.Node, path string) {
	d, err := time.ParseDuration(n.Value)
	switch {
	case n.ShortTag() != "!!str" || err != nil:
		c.failAt(n, path, "found "+c.describe(n)+", want a duration", `write it like "30s", "1m30s" or "500ms"`)
	case d < 0:
		c.failAt(n, path, "found "+c.describe(n)+", want a duration that is not negative", "")
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
		c.failAt(n, path, "found "+c.describe(n)+", want an object with "+list(fieldNames(t)), examples[t])
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
	return cmp.Or(didYouMean(name, fieldNames(t)), "known here: "+list(fieldNames(t)))
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
