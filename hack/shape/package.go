// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// packageFiles collects the files of one package.
type packageFiles struct {
	*measurement
	set     *token.FileSet
	hasDoc  bool
	parsed  []*ast.File
	methods map[string]int
	// positions are the positions of the types.
	positions map[string]string
}

func newPackage(m *measurement) *packageFiles {
	return &packageFiles{
		measurement: m,
		set:         token.NewFileSet(),
		methods:     map[string]int{},
		positions:   map[string]string{},
	}
}

// add parses a file and measures it, unless it is generated.
func (p *packageFiles) add(root, name string) error {
	source, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(root, name)
	if err != nil {
		return err
	}
	rel = filepath.ToSlash(rel)
	file, err := parser.ParseFile(p.set, rel, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	if ast.IsGenerated(file) {
		return nil
	}
	p.hasDoc = p.hasDoc || path.Base(rel) == "doc.go" && file.Doc != nil
	p.parsed = append(p.parsed, file)
	p.files = append(p.files, item{position: rel + ":1", size: strings.Count(string(source), "\n")})
	return nil
}

// close measures the names, functions and types of the package in dir.
func (p *packageFiles) close(dir string) {
	if len(p.parsed) == 0 {
		return
	}
	p.packages++
	if !p.hasDoc {
		p.withoutDoc = append(p.withoutDoc, item{position: dir, name: p.parsed[0].Name.Name})
	}
	for _, file := range p.parsed {
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				p.function(dir, d)
			case *ast.GenDecl:
				p.general(dir, file, d)
			}
		}
	}
	for name, n := range p.methods {
		position := p.positions[name]
		p.types = append(p.types, item{position: position, name: path.Base(dir) + "." + name, size: n})
	}
}

func (p *packageFiles) function(dir string, d *ast.FuncDecl) {
	name, exported := d.Name.Name, d.Name.IsExported()
	if receiver := receiverType(d); receiver != "" {
		p.methods[receiver]++
		p.declared.at(typeName{dir, receiver}).methods[name] = true
		name = receiver + "." + name
		exported = exported && ast.IsExported(receiver)
	}
	position := p.position(d)
	p.functions = append(p.functions, item{
		position: position,
		name:     name,
		size:     p.set.Position(d.End()).Line - p.set.Position(d.Pos()).Line + 1,
	})
	if exported {
		p.export(position, name, d.Doc != nil)
	}
}

// general counts the exported types, constants and variables of a declaration.
// The comment of a group counts for each of its names.
func (p *packageFiles) general(dir string, file *ast.File, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			p.positions[s.Name.Name] = p.position(s)
			p.declared.declare(dir, file, s, p.position(s))
			p.exports(s, d.Doc != nil || s.Doc != nil || s.Comment != nil, s.Name)
		case *ast.ValueSpec:
			p.exports(s, d.Doc != nil || s.Doc != nil || s.Comment != nil, s.Names...)
		}
	}
}

func (p *packageFiles) exports(node ast.Node, documented bool, names ...*ast.Ident) {
	for _, name := range names {
		if name.IsExported() {
			p.export(p.position(node), name.Name, documented)
		}
	}
}

func (p *packageFiles) export(position, name string, documented bool) {
	p.exported++
	if !documented {
		p.undocumented = append(p.undocumented, item{position: position, name: name})
	}
}

func (p *packageFiles) position(node ast.Node) string {
	at := p.set.Position(node.Pos())
	return fmt.Sprintf("%s:%d", at.Filename, at.Line)
}

// receiverType returns the name of the type that a method belongs to, without
// pointer and type parameters. It is empty for a function.
func receiverType(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	expr := d.Recv.List[0].Type
	for {
		switch e := expr.(type) {
		case *ast.StarExpr:
			expr = e.X
		case *ast.ParenExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		case *ast.Ident:
			return e.Name
		default:
			return ""
		}
	}
}
