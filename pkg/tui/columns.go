// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// column is one column of the table.
type column struct {
	name  string
	width int
	cell  func(row) string
}

type columns []column

// wide is the width from which on ports and what an object waits for have a
// column each.
const wide = 110

// columnsFor fits the columns into a width. What is left goes to the last one,
// and a part of it to the names.
func columnsFor(width int) columns {
	out := columns{
		{"NAME", 20, func(r row) string { return r.name }},
		{"STATE", 12, func(r row) string { return r.state }},
		{"HEALTH", 9, func(r row) string { return r.health }},
		{"RESTARTS", 8, func(r row) string { return r.restarts }},
		{"AGE", 5, func(r row) string { return r.age }},
	}
	if width >= wide {
		out[0].width = 28
		out = append(out, column{"PORTS", 20, func(r row) string { return r.ports }},
			column{"WAITS FOR", 0, func(r row) string { return r.waits }})
	} else {
		out = append(out, column{"PORTS, WAITS FOR", 0, func(r row) string {
			if r.waits != "" {
				return r.waits
			}
			return r.ports
		}})
	}
	left := width
	for _, c := range out {
		left -= c.width + 1
	}
	out[len(out)-1].width = max(left+1, 0)
	return out
}

func headings(c columns) []string {
	var out []string
	for _, column := range c {
		out = append(out, column.name)
	}
	return out
}

func (c columns) cells(r row) []string {
	var out []string
	for _, column := range c {
		out = append(out, column.cell(r))
	}
	return out
}

// line puts cells below their headings; a name that is too long loses its
// beginning, which others have too.
func (c columns) line(cells []string) string {
	var b strings.Builder
	for i, cell := range cells {
		width := c[i].width
		if over := ansi.StringWidth(cell) - width; i == 0 && over > 0 {
			cell = ansi.TruncateLeft(cell, over+1, "…")
		}
		cell = cut(cell, width)
		if i < len(cells)-1 {
			cell = pad(cell, width) + " "
		}
		b.WriteString(cell)
	}
	return b.String()
}
