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

// writeInFull is the hint for YAML references.
const writeInFull = "write the value in full"

// structure rejects YAML features that manifests do not support: anchors, aliases,
// merge keys, duplicate keys, keys that are not strings, and deep nesting.
func (c *checker) structure(n *yaml.Node, path string, depth int) {
	switch {
	case depth > maxDepth: // the path would be a long line of brackets
		c.failAt(n, "", fmt.Sprintf("nested more than %d levels deep", maxDepth), "check for unbalanced brackets")
		return
	case n.Kind == yaml.AliasNode:
		c.failAt(n, path, "aliases are not supported", writeInFull)
		return
	case n.Anchor != "":
		c.failAt(n, path, "anchors are not supported", writeInFull)
		return
	case strings.ContainsRune(n.Value, 0):
		c.failAt(n, path, "contains a NUL character", "remove it")
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
		sub := joinPath(path, key.Value)
		switch {
		case key.Kind != yaml.ScalarNode:
			c.failAt(key, path, "found "+c.describe(key)+" as a key, want a name", "write NAME: value")
			continue
		case key.ShortTag() == "!!merge":
			c.failAt(key, path, "merge keys are not supported", "write the keys in full")
			continue
		case strings.ContainsRune(key.Value, 0):
			c.failAt(key, path, "the key contains a NUL character", "remove it")
			continue
		}
		if first, found := seen[key.Value]; found {
			c.failAt(key, sub, fmt.Sprintf("duplicate key, first defined at line %d", first.Line), "remove one of them")
		}
		seen[key.Value] = key
		c.structure(value, sub, depth+1)
	}
}

// envelope checks apiVersion and kind, which determine the type of the rest. It
// returns "" if the kind is missing or unknown.
func (c *checker) envelope() Kind {
	if c.root.Kind != yaml.MappingNode {
		c.failAt(c.root, "", "found "+c.describe(c.root)+", want an object with apiVersion, kind, metadata and spec", "see docs/manifest.md")
		return ""
	}
	switch version := mapValue(c.root, "apiVersion"); {
	case version == nil:
		c.fail("apiVersion", "missing", "add apiVersion: "+APIVersion)
	case version.Value != APIVersion && !c.bad[version]:
		c.failAt(version, "apiVersion", "found "+c.describe(version)+", want "+APIVersion, "write apiVersion: "+APIVersion)
	}
	kind := mapValue(c.root, "kind")
	switch {
	case kind == nil:
		c.fail("kind", "missing", "add one of "+joinOr(kindNames()))
	case c.bad[kind]:
	case !slices.Contains(kindNames(), kind.Value):
		c.failAt(kind, "kind", "found "+c.describe(kind)+", want "+joinOr(kindNames()),
			cmp.Or(spelling.Suggest(kind.Value, kindNames()), "use one of them"))
	default:
		if kind.Value == string(KindContainer) && mapValue(c.root, "spec") == nil {
			c.fail("spec", "missing", "add spec with at least an image")
		}
		c.kind = Kind(kind.Value)
		return c.kind
	}
	if metadata := mapValue(c.root, "metadata"); metadata != nil {
		c.checkValue(metadata, reflect.TypeFor[Metadata](), "metadata")
	}
	return ""
}
