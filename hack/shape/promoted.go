// SPDX-License-Identifier: Apache-2.0

package main

import (
	"go/ast"
	"maps"
	"path"
	"strconv"
	"strings"
)

// module is the prefix of the import paths of the measured packages.
const module = "github.com/pact-toolbox/reconciler/"

// typeName identifies a type by the folder of its package and its name.
type typeName struct{ dir, name string }

// typeInfo is a declared type, with the names of the methods that it declares and
// the types of the measured packages that it embeds.
type typeInfo struct {
	position string
	methods  map[string]bool
	embedded []typeName
}

// typeSet are the declared types of all packages.
type typeSet map[typeName]*typeInfo

// at returns the type with a name, which it adds if there is none.
func (t typeSet) at(name typeName) *typeInfo {
	if t[name] == nil {
		t[name] = &typeInfo{methods: map[string]bool{}}
	}
	return t[name]
}

// promoted returns the types that embed others, with the number of their methods
// including the promoted ones.
func (t typeSet) promoted() []item {
	var items []item
	for name, info := range t {
		if len(info.embedded) > 0 {
			items = append(items, item{info.position, path.Base(name.dir) + "." + name.name, len(t.methodsOf(name, map[typeName]bool{}))})
		}
	}
	return items
}

// methodsOf returns the names of the methods of a type and of the types that it
// embeds, except those that were visited before.
func (t typeSet) methodsOf(name typeName, visited map[typeName]bool) map[string]bool {
	info := t[name]
	if info == nil || visited[name] {
		return nil
	}
	visited[name] = true
	all := maps.Clone(info.methods)
	for _, embedded := range info.embedded {
		maps.Copy(all, t.methodsOf(embedded, visited))
	}
	return all
}

// declare adds a declared type of the package in dir.
func (t typeSet) declare(dir string, file *ast.File, s *ast.TypeSpec, position string) {
	info := t.at(typeName{dir, s.Name.Name})
	info.position = position
	var fields *ast.FieldList
	switch e := s.Type.(type) {
	case *ast.StructType:
		fields = e.Fields
	case *ast.InterfaceType:
		fields = e.Methods
	default:
		return
	}
	for _, field := range fields.List {
		if _, method := field.Type.(*ast.FuncType); method && len(field.Names) > 0 {
			info.methods[field.Names[0].Name] = true
		}
		if len(field.Names) > 0 {
			continue
		}
		if embedded, ok := embeddedType(dir, file, field.Type); ok {
			info.embedded = append(info.embedded, embedded)
		}
	}
}

// embeddedType returns the name of the type of an embedded field; false if it is
// not part of the measured packages.
func embeddedType(dir string, file *ast.File, expr ast.Expr) (typeName, bool) {
	switch e := expr.(type) {
	case *ast.StarExpr:
		return embeddedType(dir, file, e.X)
	case *ast.IndexExpr:
		return embeddedType(dir, file, e.X)
	case *ast.IndexListExpr:
		return embeddedType(dir, file, e.X)
	case *ast.Ident:
		return typeName{dir, e.Name}, true
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			imported, found := importedFolder(file, x.Name)
			return typeName{imported, e.Sel.Name}, found
		}
	}
	return typeName{}, false
}

// importedFolder returns the folder of the package that a file imports under a
// name; false if the package is not measured.
func importedFolder(file *ast.File, name string) (string, bool) {
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		local := path.Base(imported)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		if local == name {
			return strings.CutPrefix(imported, module)
		}
	}
	return "", false
}
