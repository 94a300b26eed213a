// SPDX-License-Identifier: Apache-2.0

package table

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"
)

// none is the text of an empty cell.
const none = "<none>"

// Column is one column of a table of T.
type Column[T any] struct {
	Name string
	// Type is the OpenAPI type of the cells; empty means string.
	Type string
	// Wide columns are printed in wide output only.
	Wide        bool
	Description string
	// Cell returns the text or number of an item's cell at a time.
	Cell func(item T, now time.Time) any
}

// Of returns the table of the items, one row each. The rows contain cells only,
// without objects and without the namespace. Wide columns have priority 1.
func Of[T any](columns []Column[T], items []T, now time.Time) metav1.Table {
	table := metav1.Table{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "Table"},
		Rows:     []metav1.TableRow{},
	}
	for _, c := range columns {
		table.ColumnDefinitions = append(table.ColumnDefinitions, c.definition())
	}
	for _, item := range items {
		row := metav1.TableRow{}
		for _, c := range columns {
			row.Cells = append(row.Cells, c.Cell(item, now))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func (c Column[T]) definition() metav1.TableColumnDefinition {
	definition := metav1.TableColumnDefinition{Name: c.Name, Type: "string", Description: c.Description}
	if c.Type != "" {
		definition.Type = c.Type
	}
	if c.Name == "Name" {
		definition.Format = "name"
	}
	if c.Wide {
		definition.Priority = 1
	}
	return definition
}

// Age returns the time since t as kubectl prints it.
func Age(t metav1.Time, now time.Time) string {
	if t.IsZero() {
		return "<unknown>"
	}
	return duration.HumanDuration(now.Sub(t.Time))
}

// OrNone returns s, or "<none>" if it is empty.
func OrNone(s string) string {
	if s == "" {
		return none
	}
	return s
}
