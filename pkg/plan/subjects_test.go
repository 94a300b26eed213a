// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// subjects returns the subjects in the package comment with their positions in
// the list.
func subjects(t *testing.T) map[string]int {
	t.Helper()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	order := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^//\t(\w+) +[^\n]*: [\w., ]+\.go$`).FindAllStringSubmatch(string(text), -1) {
		order[m[1]] = len(order)
	}
	return order
}

// constructors holds the subjects of functions.
var constructors = map[string]string{"incarnationsOf": "incarnations", "viewOf": "view", "decideContainer": "Decide"}

// TestSubjectsUseThoseAbove checks that the methods of a subject only use the
// subjects above it in the package comment.
func TestSubjectsUseThoseAbove(t *testing.T) {
	order := subjects(t)
	if len(order) != 16 {
		t.Fatalf("the package comment lists %d subjects: %v", len(order), order)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Recv == nil {
				continue
			}
			user := receiver(fn)
			at, known := order[user]
			if !known {
				continue
			}
			for _, used := range usedBy(fn) {
				checked++
				if pos, known := order[used]; known && pos > at {
					t.Errorf("%s: the method %s of %s uses %s", name, fn.Name.Name, user, used)
				}
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d uses found", checked)
	}
}

// receiver returns the name of the receiver's type.
func receiver(fn *ast.FuncDecl) string {
	typ := fn.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if name, ok := typ.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

// usedBy returns the types and functions that a function creates, converts to or
// calls.
func usedBy(fn *ast.FuncDecl) []string {
	var used []string
	add := func(e ast.Expr) {
		if name, ok := e.(*ast.Ident); ok {
			if subject, found := constructors[name.Name]; found {
				used = append(used, subject)
			} else {
				used = append(used, name.Name)
			}
		}
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			add(n.Type)
		case *ast.CallExpr:
			add(n.Fun)
		}
		return true
	})
	return used
}
