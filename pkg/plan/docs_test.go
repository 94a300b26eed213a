// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// words returns the values of a package's constants of a type in source order.
func words(t *testing.T, dir, typeName string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", dir, len(files), err)
	}
	var found []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if of, ok := spec.Type.(*ast.Ident); !ok || of.Name != typeName {
				return true
			}
			for _, v := range spec.Values {
				if lit, ok := v.(*ast.BasicLit); ok {
					word, err := strconv.Unquote(lit.Value)
					if err != nil {
						t.Fatal(err)
					}
					found = append(found, word)
				}
			}
			return true
		})
	}
	if len(found) == 0 {
		t.Fatalf("%s has no constants of type %s", dir, typeName)
	}
	return found
}

// TestConditionsAreDocumented checks that docs/conditions.md has one entry for each
// condition, reason, cause and phase, and no others.
func TestConditionsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/conditions.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, section := range strings.Split(string(text), "\n## ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		sections[title] = body
	}
	for title, tc := range map[string]struct {
		known  []string
		inText *regexp.Regexp
	}{
		"Conditions": {words(t, "../condition", "Type"), regexp.MustCompile("(?m)^\\| `(\\w+)` \\|")},
		"Reasons":    {words(t, "../condition", "Reason"), regexp.MustCompile("(?m)^\\| `(\\w+)` \\|")},
		"Actions":    {words(t, ".", "Cause"), regexp.MustCompile("(?m)^\\| `(\\w+)` \\|")},
		"Phases":     {words(t, ".", "Phase"), regexp.MustCompile("(?m)^\\| `(\\w+)` \\|")},
	} {
		t.Run(title, func(t *testing.T) {
			entries := map[string]int{}
			for _, m := range tc.inText.FindAllStringSubmatch(sections[title], -1) {
				entries[m[1]]++
			}
			for _, word := range tc.known {
				if entries[word] != 1 {
					t.Errorf("%s has %d entries, want one", word, entries[word])
				}
				delete(entries, word)
			}
			for word := range entries {
				t.Errorf("%s has an entry, but no constant", word)
			}
		})
	}
}
