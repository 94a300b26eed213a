// SPDX-License-Identifier: Apache-2.0

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"unicode"
)

// passage is a part of a file that is checked as a whole.
type passage struct {
	// line is the number of the line that the passage begins with.
	line int
	text string
}

// text is the checked content of a file.
type text struct {
	passages []passage
	// exemptions are the reasons of the comments that exempt a line, by line.
	exemptions map[int]string
}

// exemption matches the comment that exempts a line, followed by the reason.
var exemption = regexp.MustCompile(`^(?://|#|<!--) ?words:allow\b[ \t]*(.*?)\s*(?:-->|$)`)

// exempt adds the exemption of a line, if comment is one.
func (t *text) exempt(line int, comment string) {
	if match := exemption.FindStringSubmatch(comment); match != nil {
		t.exemptions[line] = match[1]
	}
}

// goText returns the comments, strings and function names of a Go file, and
// nothing of a generated file.
func goText(name, source string) (*text, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	t := &text{exemptions: map[int]string{}}
	if ast.IsGenerated(file) {
		return t, nil
	}
	add := func(node ast.Node, text string) {
		t.passages = append(t.passages, passage{line: set.Position(node.Pos()).Line, text: text})
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			t.exempt(set.Position(comment.Pos()).Line, comment.Text)
		}
		add(group, commentText(source[set.Position(group.Pos()).Offset:set.Position(group.End()).Offset]))
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				add(n, stringText(n.Value))
			}
		case *ast.FuncDecl:
			add(n.Name, splitName(n.Name.Name))
		}
		return true
	})
	return t, nil
}

var (
	commentMark = regexp.MustCompile(`(?m)^\s*//`)
	escape      = regexp.MustCompile(`\\[abfnrtv]`)
	hashMark    = regexp.MustCompile(`^\s*#`)
	codeSpan    = regexp.MustCompile("`[^`\n]+`")
)

// commentText returns a group of comments without the marks of its lines.
func commentText(source string) string {
	return commentMark.ReplaceAllString(source, " ")
}

// stringText returns the content of a literal. An underscore counts as a space,
// because the names of tests are strings with underscores.
func stringText(literal string) string {
	if literal[0] == '"' {
		literal = escape.ReplaceAllString(literal, " ")
	}
	return strings.ReplaceAll(literal[1:len(literal)-1], "_", " ")
}

// splitName returns the words of a name in camel case.
func splitName(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		if unicode.IsUpper(r) && lower {
			b.WriteByte(' ')
		}
		lower = !unicode.IsUpper(r)
		if r == '_' {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}

// markdownText returns the paragraphs of a Markdown file, without the code in
// their lines.
func markdownText(_, source string) (*text, error) {
	return paragraphs(source, "<!--", func(line string) string {
		return codeSpan.ReplaceAllString(line, "`code`")
	}), nil
}

// plainText returns the paragraphs of a file whose comments begin with #.
func plainText(_, source string) (*text, error) {
	return paragraphs(source, "# words:", func(line string) string {
		return hashMark.ReplaceAllString(line, " ")
	}), nil
}

// paragraphs splits source at its empty lines and cleans the lines. An exemption
// begins with mark.
func paragraphs(source, mark string, clean func(string) string) *text {
	t := &text{exemptions: map[int]string{}}
	var paragraph []string
	for n, line := range strings.Split(source+"\n", "\n") {
		if at := strings.Index(line, mark); at >= 0 {
			t.exempt(n+1, line[at:])
		}
		if strings.TrimSpace(line) != "" {
			paragraph = append(paragraph, clean(line))
			continue
		}
		if len(paragraph) > 0 {
			t.passages = append(t.passages, passage{line: n - len(paragraph) + 1, text: strings.Join(paragraph, "\n")})
		}
		paragraph = nil
	}
	return t
}
