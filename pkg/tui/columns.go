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

// wideTable is the width from which on ports and blockers have separate columns.
const wideTable = 110

// columnsFor returns the columns for rows in a table of the given width. The last
// column gets the remaining width, minus the part that it does not use and long
// names need.
func columnsFor(width int, rows []row) columns {
	out := columns{
		{"NAME", 20, func(r row) string { return r.name }},
		{"STATE", 12, func(r row) string { return r.state }},
		{"HEALTH", 9, func(r row) string { return r.health }},
		{"RESTARTS", 8, func(r row) string { return r.restarts }},
		{"AGE", 5, func(r row) string { return r.age }},
	}
	if width >= wideTable {
		out[0].width = 28
		out = append(out, column{"PORTS", 20, func(r row) string { return r.ports }},
			column{"WAITS FOR", 0, func(r row) string { return r.blockers }})
	} else {
		out = append(out, column{"PORTS, WAITS FOR", 0, func(r row) string {
			if r.blockers != "" {
				return r.blockers
			}
			return r.ports
		}})
	}
	left := width
	for _, c := range out {
		left -= c.width + 1
	}
	last := &out[len(out)-1]
	last.width = max(left+1, 0)
	needed, longest := ansi.StringWidth(last.name), out[0].width
	for _, r := range rows {
		needed = max(needed, ansi.StringWidth(last.cell(r)))
		longest = max(longest, ansi.StringWidth(r.name))
	}
	if spare := min(last.width-needed, longest-out[0].width); spare > 0 {
		out[0].width += spare
		last.width -= spare
	}
	return out
}

func (c columns) headings() []string {
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

// shortenName returns a name that fits into width. It keeps the namespace and the
// end of the name, because names often share their beginning.
func shortenName(name string, width int) string {
	over := ansi.StringWidth(name) - width
	if over <= 0 {
		return name
	}
	space, rest, found := strings.Cut(name, "/")
	if !found {
		return ansi.TruncateLeft(name, over+1, "…")
	}
	space = truncate(space, width/2) + "/"
	over = ansi.StringWidth(space+rest) - width
	if over <= 0 {
		return space + rest
	}
	return space + ansi.TruncateLeft(rest, over+1, "…")
}

// formatLine aligns cells with their columns.
func (c columns) formatLine(cells []string) string {
	var b strings.Builder
	for i, cell := range cells {
		width := c[i].width
		if i == 0 {
			cell = shortenName(cell, width)
		}
		cell = truncate(cell, width)
		if i < len(cells)-1 {
			cell = padRight(cell, width) + " "
		}
		b.WriteString(cell)
	}
	return b.String()
}
