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
	scalarType         = reflect.TypeFor[scalar]()
)

// checkSpecial compares a node with a type that has its own notation. It returns
// false if t is not such a type.
func (c *checker) checkSpecial(n *yaml.Node, t reflect.Type, path string) bool {
	isScalar := n.Kind == yaml.ScalarNode
	switch {
	case t == durationType:
		c.checkDuration(n, path)
	case t == sensitiveType, t == sensitiveBytesType:
		c.checkSensitive(n, t, path)
	case t == bytesType:
		c.checkBase64(n, path)
	case t == envValueType && isScalar:
		c.checkString(n, path)
	case reflect.PointerTo(t).Implements(scalarType) && (isScalar || len(fieldNames(t)) == 0):
		c.checkScalar(n, reflect.New(t).Interface().(scalar), path)
	case t.Kind() == reflect.Struct && isScalar && t.Implements(shortType):
		c.require(n, path, c.interpolated(n) || n.ShortTag() == "!!str", "a name or an object", "quote a name that looks like another type")
	default:
		return false
	}
	return true
}

// checkScalar checks a value with its own notation, such as a quantity. It is
// decoded from the text as written.
func (c *checker) checkScalar(n *yaml.Node, s scalar, path string) {
	tag := n.ShortTag()
	if tag == "!!str" || tag == "!!int" || tag == "!!float" {
		if s.parse(n.Value) == nil {
			c.verbatim[n] = true
			return
		}
	}
	want, example := s.form()
	c.failAt(n, path, "found "+c.describe(n)+", want "+want, example)
}

// checkSensitive checks a confidential string; its messages do not repeat it.
func (c *checker) checkSensitive(n *yaml.Node, t reflect.Type, path string) {
	switch {
	case n.Kind != yaml.ScalarNode:
		c.failAt(n, path, "found "+c.describe(n)+", want a string", "write a single value")
	case !c.interpolated(n) && n.ShortTag() != "!!str":
		c.failAt(n, path, "found a value of another type, want a string", "quote it")
	case t == sensitiveBytesType:
		_, err := base64.StdEncoding.DecodeString(n.Value)
		c.requireBase64(n, path, err == nil)
	}
}

func (c *checker) checkBase64(n *yaml.Node, path string) {
	if c.checkString(n, path); !c.bad[n] {
		_, err := base64.StdEncoding.DecodeString(n.Value)
		c.requireBase64(n, path, err == nil)
	}
}

func (c *checker) requireBase64(n *yaml.Node, path string, ok bool) {
	if !ok {
		c.failAt(n, path, "invalid base64", "encode it with `base64 -w0`, or write it as text under data")
	}
}

// interpolated reports whether a value comes from a variable. If so it marks the
// node as a string, regardless of what the value looks like.
func (c *checker) interpolated(n *yaml.Node) bool {
	_, expanded := c.expanded[n]
	if expanded {
		n.Tag, n.Style = "!!str", yaml.DoubleQuotedStyle
	}
	return expanded
}

// checkString checks a string that no YAML parser takes for another type.
func (c *checker) checkString(n *yaml.Node, path string) {
	if n.Kind != yaml.ScalarNode {
		c.failAt(n, path, "found "+c.describe(n)+", want a string", "write a single value")
		return
	}
	if c.interpolated(n) {
		return
	}
	ambiguous := n.Style == 0 && slices.Contains(yaml11Bools, strings.ToLower(n.Value))
	if n.ShortTag() != "!!str" || ambiguous {
		c.failAt(n, path, "found "+c.describe(n)+", want a string", fmt.Sprintf("quote it: %q", n.Value))
	}
}

// yaml11Bools lists the words that YAML 1.1 parsers read as booleans.
var yaml11Bools = []string{"y", "n", "yes", "no", "on", "off"}

func (c *checker) checkDuration(n *yaml.Node, path string) {
	d, err := time.ParseDuration(n.Value)
	switch {
	case n.ShortTag() != "!!str" || err != nil:
		c.failAt(n, path, "found "+c.describe(n)+", want a duration", `write a value such as "30s", "1m30s" or "500ms"`)
	case d < 0:
		c.failAt(n, path, "found "+c.describe(n)+", want a duration of at least 0s", "omit it for the default")
	}
}
