// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// position returns the position of the field at path, or of the nearest existing
// field around it.
func (c *checker) position(path string) Position {
	n := c.root
	for path != "" {
		next, rest := childNode(n, path)
		if next == nil {
			break
		}
		n, path = next, rest
	}
	return Position{File: c.file, Line: n.Line, Column: n.Column}
}

// childNode returns the node at the first element of a path such as
// "ports[0].host", and the rest of the path. Of several keys that match, because
// keys may contain dots, it takes the longest.
func childNode(n *yaml.Node, path string) (*yaml.Node, string) {
	if n.Kind == yaml.SequenceNode {
		index, rest, _ := strings.Cut(strings.TrimPrefix(path, "["), "]")
		i, err := strconv.Atoi(index)
		if err != nil || i >= len(n.Content) {
			return nil, ""
		}
		return n.Content[i], strings.TrimPrefix(rest, ".")
	}
	var value *yaml.Node
	longest := ""
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if key := n.Content[i].Value; within(path, key) && len(key) > len(longest) {
			value, longest = n.Content[i+1], key
		}
	}
	return value, strings.TrimPrefix(path[len(longest):], ".")
}

// mapValue returns the value of a key of a map node, or nil.
func mapValue(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

func joinPath(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// describe describes a node in a message, without the values of variables and
// secrets.
func (c *checker) describe(n *yaml.Node) string {
	if written, expanded := c.expanded[n]; expanded {
		return written
	}
	if c.kind == KindSecret && n.Kind == yaml.ScalarNode {
		return "a value"
	}
	return describe(n)
}

// describe describes a node in a message.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "an object"
	case yaml.SequenceNode:
		return "a list"
	}
	value := n.Value
	if short := fmt.Sprintf("%.40s", value); short != value {
		value = short + "..."
	}
	switch n.ShortTag() {
	case "!!int":
		return "the number " + value
	case "!!float":
		return "the number " + value
	case "!!bool":
		return "the boolean " + value
	case "!!null":
		return "null"
	}
	return fmt.Sprintf("%q", value)
}

// toJSON returns the tree as JSON without the nodes that have errors. Strings keep
// their text; a generic conversion would turn words such as "yes" into booleans.
func (c *checker) toJSON() ([]byte, error) {
	v, err := c.toValue(c.root)
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

func (c *checker) toValue(n *yaml.Node) (any, error) {
	switch {
	case c.bad[n]:
		return nil, nil
	case n.Kind == yaml.MappingNode:
		return c.toMap(n)
	case n.Kind == yaml.SequenceNode:
		out := make([]any, 0, len(n.Content))
		for _, item := range n.Content {
			v, err := c.toValue(item)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	case n.ShortTag() == "!!str", c.verbatim[n]:
		return n.Value, nil
	}
	var v any
	err := n.Decode(&v)
	return v, err
}

func (c *checker) toMap(n *yaml.Node) (any, error) {
	out := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		v, err := c.toValue(n.Content[i+1])
		if err != nil {
			return nil, err
		}
		if v != nil && !c.bad[n.Content[i]] {
			out[n.Content[i].Value] = v
		}
	}
	return out, nil
}

// joinOr returns "a, b or c".
func joinOr(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
