// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/client-go/util/jsonpath"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// The output formats that have a part after a =.
const (
	formatJSONPath = "jsonpath"
	formatColumns  = "custom-columns"
)

// layout is how objects are to be printed: a format, and what it was told.
type layout struct {
	format   string
	template *jsonpath.JSONPath
	columns  []customColumn
}

// layoutHelp describes -o of the commands that have all formats.
const layoutHelp = "table, wide, json, yaml, name, jsonpath=TEMPLATE, jsonpath-file=FILE,\n" +
	"custom-columns=NAME:PATH,.. or custom-columns-file=FILE"

// parseLayout reads the value of -o.
func parseLayout(output string) (layout, error) {
	name, rest, told := strings.Cut(output, "=")
	l := layout{format: name}
	var err error
	switch name {
	case formatJSONPath, formatJSONPath + "-file":
		text := rest
		if !told || rest == "" {
			return l, errors.New("template format specified but no template given: as in -o jsonpath='{.items[*].metadata.name}'")
		}
		if l.format = formatJSONPath; name != formatJSONPath {
			data, err := os.ReadFile(rest)
			if err != nil {
				return l, err
			}
			text = string(data)
		}
		l.template, err = parseTemplate(text)
	case formatColumns, formatColumns + "-file":
		if !told || rest == "" {
			return l, errors.New("custom-columns format specified but no custom columns given: as in -o custom-columns=NAME:.metadata.name")
		}
		if l.format = formatColumns; name == formatColumns {
			l.columns, err = parseColumns(rest)
		} else {
			l.columns, err = parseColumnsFile(rest)
		}
	default:
		err = checkFormat(output, formatTable, formatWide, formatJSON, formatYAML, formatName,
			formatJSONPath, formatJSONPath+"-file", formatColumns, formatColumns+"-file")
	}
	return l, err
}

// tabular reports the table that the API describes.
func (l layout) tabular() bool {
	return l.format == "" || l.format == formatTable || l.format == formatWide
}

// empty reports that nothing is printed of nothing, but that there is nothing.
func (l layout) empty() bool {
	return l.tabular() || l.format == formatName || l.format == formatColumns
}

// fill writes what the template makes of a value.
func (l layout) fill(w io.Writer, v any) error {
	value, err := generic(v)
	if err != nil {
		return err
	}
	if err := l.template.Execute(w, value); err != nil {
		return fmt.Errorf("error executing jsonpath: %w", err)
	}
	return nil
}

// columnRows prints objects as rows of custom columns.
func (p *objectPrinter) columnRows(objects []v1alpha1.Object) error {
	var rows [][]string
	if p.table.widths == nil {
		p.table.widths = make([]int, len(p.layout.columns))
		if !p.table.noHeaders {
			var header []string
			for _, c := range p.layout.columns {
				header = append(header, c.header)
			}
			rows = append(rows, header)
		}
	}
	for _, o := range objects {
		object, err := generic(o)
		if err != nil {
			return err
		}
		row, err := cells(p.layout.columns, object)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	p.table.rows(rows)
	return nil
}
