// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// row is one measured value with its limit.
type row struct {
	subject string
	value   string
	limit   string
	// example is the largest item, with its position.
	example string
}

// report is a measurement compared with the limits.
type report struct {
	summary   string
	rows      []row
	offenders []string
}

// newReport compares m with l. It sorts the items of m by size.
func newReport(m *measurement, l limits) *report {
	promoted := m.declared.promoted()
	for _, items := range [][]item{m.files, m.functions, m.types, promoted, m.undocumented, m.withoutDoc} {
		slices.SortFunc(items, func(a, b item) int {
			return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(a.position, b.position), cmp.Compare(a.name, b.name))
		})
	}
	r := &report{summary: fmt.Sprintf("%d packages, %d files, %d lines, %d functions",
		m.packages, len(m.files), total(m.files), len(m.functions))}
	r.lengths(m, l)
	r.documentation(m, l)
	r.receivers(m, l)
	r.rows = append(r.rows, row{"same, with promoted methods", fmt.Sprint(sizeOfFirst(promoted)), "none", largest(promoted)})
	return r
}

func (r *report) lengths(m *measurement, l limits) {
	long := over(m.files, l.fileLines)
	r.rows = append(r.rows, row{fmt.Sprintf("files over %d lines", l.fileLines), fmt.Sprint(len(long)), "0", largest(m.files)})
	for _, f := range long {
		r.offend("%s: the file has %d lines, more than %d", f.position, f.size, l.fileLines)
	}

	median := percentile(m.files, 50)
	r.rows = append(r.rows, row{"median file, lines", fmt.Sprint(median), fmt.Sprint(l.medianFile), ""})
	if median > l.medianFile {
		r.offend("half of the files have more than %d lines", l.medianFile)
	}

	p90 := percentile(m.functions, 90)
	r.rows = append(r.rows, row{"p90 function, lines", fmt.Sprint(p90), fmt.Sprint(l.p90Func), ""})
	if p90 > l.p90Func {
		r.offend("more than 10%% of the functions have over %d lines", l.p90Func)
	}

	r.rows = append(r.rows, row{"longest function, lines", fmt.Sprint(sizeOfFirst(m.functions)), fmt.Sprint(l.funcLines), largest(m.functions)})
	for _, f := range over(m.functions, l.funcLines) {
		r.offend("%s: %s has %d lines, more than %d", f.position, f.name, f.size, l.funcLines)
	}
}

func (r *report) documentation(m *measurement, l limits) {
	documented := m.exported - len(m.undocumented)
	share := 100
	if m.exported > 0 {
		share = documented * 100 / m.exported
	}
	r.rows = append(r.rows, row{"exported names documented, %", fmt.Sprint(share), fmt.Sprint(l.documented), fmt.Sprintf("%d of %d", documented, m.exported)})
	if share < l.documented {
		for _, name := range m.undocumented {
			r.offend("%s: %s is exported and has no comment", name.position, name.name)
		}
	}

	r.rows = append(r.rows, row{"packages without doc.go", fmt.Sprint(len(m.withoutDoc)), "0", ""})
	for _, p := range m.withoutDoc {
		r.offend("%s: package %s has no doc.go with a package comment", p.position, p.name)
	}
}

func (r *report) receivers(m *measurement, l limits) {
	r.rows = append(r.rows, row{"methods per type", fmt.Sprint(sizeOfFirst(m.types)), fmt.Sprint(l.methods), largest(m.types)})
	for _, t := range over(m.types, l.methods) {
		r.offend("%s: %s has %d methods, more than %d", t.position, t.name, t.size, l.methods)
	}
}

func (r *report) offend(format string, args ...any) {
	r.offenders = append(r.offenders, fmt.Sprintf(format, args...))
}

func (r *report) print(out io.Writer) {
	fmt.Fprintln(out, r.summary)
	fmt.Fprintf(out, "%-30s %6s %6s  %s\n", "", "value", "limit", "largest")
	for _, row := range r.rows {
		fmt.Fprintf(out, "%-30s %6s %6s  %s\n", row.subject, row.value, row.limit, row.example)
	}
	for _, offender := range r.offenders {
		fmt.Fprintln(out, offender)
	}
}

// over returns the items that are larger than limit.
func over(items []item, limit int) []item {
	var large []item
	for _, i := range items {
		if i.size > limit {
			large = append(large, i)
		}
	}
	return large
}

// sizeOfFirst returns the size of the first of items; zero if there are none.
func sizeOfFirst(items []item) int {
	if len(items) == 0 {
		return 0
	}
	return items[0].size
}

// largest describes the first of items, which are sorted by size.
func largest(items []item) string {
	if len(items) == 0 {
		return ""
	}
	if items[0].name == "" {
		return fmt.Sprintf("%s, %d", items[0].position, items[0].size)
	}
	return fmt.Sprintf("%s %s", items[0].position, items[0].name)
}

func total(items []item) int {
	sum := 0
	for _, i := range items {
		sum += i.size
	}
	return sum
}

// percentile returns the smallest size that at least p percent of items, sorted
// from the largest to the smallest, do not exceed. It is 0 without items.
func percentile(items []item, p int) int {
	if len(items) == 0 {
		return 0
	}
	rank := (len(items)*p + 99) / 100
	return items[len(items)-rank].size
}
