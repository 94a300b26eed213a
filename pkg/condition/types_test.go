// SPDX-License-Identifier: Apache-2.0

package condition_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/condition"
)

func TestTypes(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "types.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var declared []condition.Type
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			if of, ok := spec.Type.(*ast.Ident); ok && of.Name == "Type" {
				text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				declared = append(declared, condition.Type(text))
			}
		}
		return true
	})
	if got := condition.Types(); len(declared) == 0 || !slices.Equal(got, declared) {
		t.Errorf("got %v, want the constants %v", got, declared)
	}
}
