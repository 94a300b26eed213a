// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// tablePrinter prints tables as kubectl does. It remembers the widths of the
// columns, so that the rows of a watch stay below each other.
type tablePrinter struct {
	out       io.Writer
	wide      bool
	noHeaders bool
	header    string
	widths    []int
}

// extra is a column put before the table's own: its header, and its cells.
type extra struct {
	header string
	cells  []string
}

// print prints a table with further columns before its own; the header only
// when it is not the one printed last.
func (p *tablePrinter) print(t metav1.Table, before ...extra) {
	var header []string
	rows := make([][]string, len(t.Rows))
	for _, e := range before {
		header = append(header, e.header)
		for i := range rows {
			rows[i] = append(rows[i], e.cells[i])
		}
	}
	for c, column := range t.ColumnDefinitions {
		if column.Priority > 0 && !p.wide {
			continue
		}
		header = append(header, strings.ToUpper(column.Name))
		for i, row := range t.Rows {
			rows[i] = append(rows[i], oneLine(fmt.Sprint(row.Cells[c])))
		}
	}
	if name := strings.Join(header, "\t"); name != p.header {
		p.header, p.widths = name, make([]int, len(header))
		if !p.noHeaders {
			rows = append([][]string{header}, rows...)
		}
	}
	p.rows(rows)
}

func (p *tablePrinter) rows(rows [][]string) {
	for _, row := range rows {
		for i, cell := range row {
			p.widths[i] = max(p.widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", p.widths[i]-utf8.RuneCountInString(cell)+3))
			}
		}
		fmt.Fprintln(p.out, strings.TrimRight(b.String(), " "))
	}
}

// separate starts a table of another kind.
func (p *tablePrinter) separate() {
	if p.header != "" {
		fmt.Fprintln(p.out)
		p.header = ""
	}
}

// oneLine is the first line, with a mark when there are more, and without what
// would move the cursor.
func oneLine(s string) string {
	line, _, more := strings.Cut(s, "\n")
	if more {
		line += "..."
	}
	return plainText(line)
}

// plainText is s without control characters: what containers and files say must
// not command the terminal.
func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, s)
}
