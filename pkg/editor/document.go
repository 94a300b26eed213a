// SPDX-License-Identifier: Apache-2.0

package editor

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

// newDocument returns the text of a document with apiVersion, kind and metadata
// first.
func newDocument(document map[string]any) ([]byte, error) {
	root := &yaml.Node{Kind: yaml.MappingNode}
	rest := maps.Clone(document)
	for _, key := range []string{"apiVersion", "kind", "metadata", "spec"} {
		if v, found := rest[key]; found {
			if err := setKey(root, key, v); err != nil {
				return nil, err
			}
			delete(rest, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(rest)) {
		if err := setKey(root, key, rest[key]); err != nil {
			return nil, err
		}
	}
	return encode(root, false)
}

// encode returns the text of a node.
func encode(n *yaml.Node, compact bool) ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if compact {
		encoder.CompactSeqIndent()
	}
	if err := encoder.Encode(n); err != nil {
		return nil, fmt.Errorf("encode the manifest: %w", err)
	}
	err := encoder.Close()
	return out.Bytes(), err
}

// compactList matches a list that is not indented below its key.
var compactList = regexp.MustCompile(`(?m)^( *)[^ #-][^\n]*:[ \t]*\n(?:[ \t]*\n)*( *)- `)

// patchDocument applies a merge patch to the text of one document.
func patchDocument(segment []byte, patch map[string]any) ([]byte, error) {
	var begin []byte
	if at := marker.FindIndex(segment); at != nil && at[0] == 0 {
		begin = segment[:min(at[1]+1, len(segment))]
	}
	body, text := segment[len(begin):], segment[len(begin):]
	if first := bytes.TrimSpace(bytes.TrimLeft(begin, "-")); len(first) > 0 && first[0] != '#' {
		// The document begins on the marker line: rewrite it completely.
		begin, body, text = []byte("---\n"), nil, segment
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 {
		return nil, fmt.Errorf("%w: the document cannot be parsed", ErrConflict)
	}
	compact := false
	if m := compactList.FindSubmatch(body); m != nil {
		compact = len(m[1]) == len(m[2])
	}
	before, err := encode(&doc, compact)
	if err != nil {
		return nil, err
	}
	if err := mergePatch(doc.Content[0], patch); err != nil {
		return nil, err
	}
	after, err := encode(&doc, compact)
	if err != nil {
		return nil, err
	}
	return slices.Concat(begin, keepFormat(body, before, after)), nil
}

// mergePatch applies a merge patch to a map node.
func mergePatch(n *yaml.Node, patch map[string]any) error {
	for _, key := range slices.Sorted(maps.Keys(patch)) {
		if err := setKey(n, key, patch[key]); err != nil {
			return err
		}
	}
	return nil
}

// setKey sets, merges or, if v is nil, removes the value of a key.
func setKey(n *yaml.Node, key string, v any) error {
	at := -1
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			at = i
		}
	}
	sub, isObject := v.(map[string]any)
	switch {
	case v == nil:
		if at >= 0 {
			n.Content = slices.Delete(n.Content, at, at+2)
		}
		return nil
	case isObject && at >= 0 && n.Content[at+1].Kind == yaml.MappingNode:
		return mergePatch(n.Content[at+1], sub)
	case isObject:
		v = withoutNulls(sub)
	}
	value := &yaml.Node{}
	if err := value.Encode(v); err != nil {
		return fmt.Errorf("encode %s: %w", key, err)
	}
	if at >= 0 {
		n.Content[at+1] = keepStyle(n.Content[at+1], value)
		return nil
	}
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		n.Kind, n.Tag, n.Value = yaml.MappingNode, "!!map", ""
	}
	n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
	return nil
}

// withoutNulls returns an object without its null members.
func withoutNulls(object map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range object {
		if sub, ok := v.(map[string]any); ok {
			v = withoutNulls(sub)
		}
		if v != nil {
			out[k] = v
		}
	}
	return out
}

// keepStyle returns a new value with the style and comments of the old one. Items of
// a list that did not change keep their formatting.
func keepStyle(old, value *yaml.Node) *yaml.Node {
	if sameValue(old, value) {
		return old
	}
	value.HeadComment, value.LineComment, value.FootComment = old.HeadComment, old.LineComment, old.FootComment
	if old.Kind != value.Kind {
		return value
	}
	if value.Kind != yaml.ScalarNode {
		value.Style = old.Style
	}
	if value.Kind == yaml.SequenceNode {
		rest := slices.Clone(old.Content)
		for i, item := range value.Content {
			if at := slices.IndexFunc(rest, func(o *yaml.Node) bool { return sameValue(o, item) }); at >= 0 {
				value.Content[i] = rest[at]
				rest = slices.Delete(rest, at, at+1)
			}
		}
	}
	return value
}

// sameValue reports whether two nodes have the same value.
func sameValue(a, b *yaml.Node) bool {
	var x, y any
	return a.Decode(&x) == nil && b.Decode(&y) == nil && reflect.DeepEqual(x, y)
}
