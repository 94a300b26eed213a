// SPDX-License-Identifier: Apache-2.0

package printer

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Table prints tables as kubectl does. It keeps the widths of the columns, so that
// the rows of a watch stay aligned.
type Table struct {
	Out       io.Writer
	Wide      bool
	NoHeaders bool
	header    string
	Widths    []int
}

// Column is an additional column in front of a table.
type Column struct {
	Header string
	Cells  []string
}

// Print prints a table with additional columns in front. It prints the header when
// it differs from the last one.
func (p *Table) Print(t metav1.Table, before ...Column) {
	var header []string
	rows := make([][]string, len(t.Rows))
	for _, e := range before {
		header = append(header, e.Header)
		for i := range rows {
			rows[i] = append(rows[i], e.Cells[i])
		}
	}
	for c, column := range t.ColumnDefinitions {
		if column.Priority > 0 && !p.Wide {
			continue
		}
		header = append(header, strings.ToUpper(column.Name))
		for i, row := range t.Rows {
			rows[i] = append(rows[i], oneLine(fmt.Sprint(row.Cells[c])))
		}
	}
	if name := strings.Join(header, "\t"); name != p.header {
		p.header, p.Widths = name, make([]int, len(header))
		if !p.NoHeaders {
			rows = append([][]string{header}, rows...)
		}
	}
	p.Rows(rows)
}

// Rows prints rows whose cells are aligned with the rows before them.
func (p *Table) Rows(rows [][]string) {
	for _, row := range rows {
		for i, cell := range row {
			p.Widths[i] = max(p.Widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", p.Widths[i]-utf8.RuneCountInString(cell)+3))
			}
		}
		fmt.Fprintln(p.Out, strings.TrimRight(b.String(), " "))
	}
}

// Separate starts a new table.
func (p *Table) Separate() {
	if p.header != "" {
		fmt.Fprintln(p.Out)
		p.header = ""
	}
}

// oneLine returns the first line of s without control characters, with "..." when
// there are more lines.
func oneLine(s string) string {
	line, _, more := strings.Cut(s, "\n")
	if more {
		line += "..."
	}
	return PlainText(line)
}

// PlainText returns s without control characters, because texts of containers and
// files must not control the terminal.
func PlainText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, s)
}
