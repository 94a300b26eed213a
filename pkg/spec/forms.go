// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

var (
	durationType       = reflect.TypeFor[Duration]()
	envValueType       = reflect.TypeFor[EnvValue]()
	sensitiveType      = reflect.TypeFor[Sensitive]()
	sensitiveBytesType = reflect.TypeFor[SensitiveBytes]()
	bytesType          = reflect.TypeFor[[]byte]()
	shortType          = reflect.TypeFor[shorthand]()
	wordType           = reflect.TypeFor[word]()
)

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
		c.want(n, path, c.literal(n) || n.ShortTag() == "!!str", "a name or an object", "put a name in quotes when it looks like something else")
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
		c.failAt(n, path, "found "+c.describe(n)+", want a string", "write one value")
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
		c.failAt(n, path, "found "+c.describe(n)+", want a string", "write one value")
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
		c.failAt(n, path, "found "+c.describe(n)+", want a duration that is not negative", "leave it out for the default")
	}
}
