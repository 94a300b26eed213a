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
		c.failAt(c.root, "", "found "+c.describe(c.root)+", want an object with apiVersion, kind, metadata and spec", "see docs/manifest.md")
		return ""
	}
	switch version := lookup(c.root, "apiVersion"); {
	case version == nil:
		c.fail("apiVersion", "missing", "add apiVersion: "+APIVersion)
	case version.Value != APIVersion && !c.bad[version]:
		c.failAt(version, "apiVersion", "found "+c.describe(version)+", want "+APIVersion, "write apiVersion: "+APIVersion)
	}
	kind := lookup(c.root, "kind")
	switch {
	case kind == nil:
		c.fail("kind", "missing", "add one of "+list(kindNames()))
	case c.bad[kind]:
	case !slices.Contains(kindNames(), kind.Value):
		c.failAt(kind, "kind", "found "+c.describe(kind)+", want one of "+list(kindNames()),
			cmp.Or(DidYouMean(kind.Value, kindNames()), "write one of them"))
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
