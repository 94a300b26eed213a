// SPDX-License-Identifier: Apache-2.0

package editor

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// drawObject draws an object of strings, numbers, lists and objects.
func drawObject(t *rapid.T, depth int) map[string]any {
	out := map[string]any{}
	for range rapid.IntRange(1, 4).Draw(t, "members") {
		out[drawKey(t)] = drawValue(t, depth)
	}
	return out
}

func drawKey(t *rapid.T) string {
	return rapid.SampledFrom([]string{"a", "b", "c", "yes", "x y", "1"}).Draw(t, "key")
}

func drawValue(t *rapid.T, depth int) any {
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	switch {
	case kind < 2 || depth == 0:
		return rapid.SampledFrom([]any{"text", "no", "8080", "", "a: b # c", "two\nlines\n", "- x", 7, true}).Draw(t, "scalar")
	case kind == 2:
		var list []any
		for range rapid.IntRange(1, 3).Draw(t, "length") {
			list = append(list, drawValue(t, depth-1))
		}
		return list
	}
	return drawObject(t, depth-1)
}

// drawPatch draws a merge patch.
func drawPatch(t *rapid.T, depth int) map[string]any {
	out := map[string]any{}
	for range rapid.IntRange(0, 3).Draw(t, "changes") {
		switch kind := rapid.IntRange(0, 2).Draw(t, "change"); {
		case kind == 0:
			out[drawKey(t)] = nil
		case kind == 1 && depth > 0:
			out[drawKey(t)] = drawPatch(t, depth-1)
		default:
			out[drawKey(t)] = drawValue(t, depth)
		}
	}
	return out
}

// patchedValue implements the algorithm of RFC 7396.
func patchedValue(target any, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	object, ok := target.(map[string]any)
	if !ok {
		object = map[string]any{}
	}
	object = maps.Clone(object)
	for k, v := range p {
		if v == nil {
			delete(object, k)
		} else {
			object[k] = patchedValue(object[k], v)
		}
	}
	return object
}

// asJSON converts a value to its JSON form, so that values can be compared.
func asJSON(t *rapid.T, v any) any {
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPatchDocument compares patches of documents in many formats with the
// definition of merge patches, and checks that comments of unchanged lines stay.
func TestPatchDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		object := drawObject(t, 3)
		patch := drawPatch(t, 2)
		text, err := encode(mustNode(t, object), rapid.Bool().Draw(t, "compact"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "|") { // a comment inside a block scalar is text
			text = addComments(t, string(text))
		}
		text = append([]byte(rapid.SampledFrom([]string{"", "---\n", "--- # one\n"}).Draw(t, "marker")), text...)
		got, err := patchDocument(text, patch)
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		var after any
		if err := yaml.Unmarshal(got, &after); err != nil {
			t.Fatalf("%v in\n%s", err, got)
		}
		if after == nil {
			after = map[string]any{}
		}
		want := asJSON(t, patchedValue(object, patch))
		if !reflect.DeepEqual(want, asJSON(t, after)) {
			t.Fatalf("want %v of %v, got\n%s\nfrom\n%s", want, patch, got, text)
		}
		if len(patch) == 0 && string(got) != string(text) {
			t.Fatalf("an empty change turned\n%s\ninto\n%s", text, got)
		}
	})
}

func mustNode(t *rapid.T, v any) *yaml.Node {
	n := &yaml.Node{}
	if err := n.Encode(v); err != nil {
		t.Fatal(err)
	}
	return n
}

// addComments inserts blank lines and comments between the lines of a text.
func addComments(t *rapid.T, text string) []byte {
	var out []string
	for line := range strings.Lines(text) {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		switch rapid.IntRange(0, 5).Draw(t, "remark") {
		case 0:
			out = append(out, "\n")
		case 1:
			out = append(out, indent+"# a remark\n")
		}
		out = append(out, line)
	}
	return []byte(strings.Join(slices.Clip(out), ""))
}
