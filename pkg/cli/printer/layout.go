// SPDX-License-Identifier: Apache-2.0

package printer

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/client-go/util/jsonpath"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// The output formats with an argument after "=".
const (
	formatJSONPath = "jsonpath"
	formatColumns  = "custom-columns"
)

// Layout is an output format with its argument.
type Layout struct {
	Format   string
	template *jsonpath.JSONPath
	columns  []customColumn
}

// LayoutHelp describes --output of commands that have all formats.
const LayoutHelp = "output `format`: table, wide, json, yaml, name, jsonpath=TEMPLATE, jsonpath-file=FILE, " +
	"custom-columns=NAME:PATH,.. or custom-columns-file=FILE"

// ParseLayout parses the value of --output.
func ParseLayout(output string) (Layout, error) {
	name, rest, found := strings.Cut(output, "=")
	l := Layout{Format: name}
	var err error
	switch name {
	case formatJSONPath, formatJSONPath + "-file":
		text := rest
		if !found || rest == "" {
			return l, errors.New("template format specified but no template given; for example -o jsonpath='{.items[*].metadata.name}'")
		}
		if l.Format = formatJSONPath; name != formatJSONPath {
			data, err := os.ReadFile(rest)
			if err != nil {
				return l, err
			}
			text = string(data)
		}
		l.template, err = parseTemplate(text)
	case formatColumns, formatColumns + "-file":
		if !found || rest == "" {
			return l, errors.New("custom-columns format specified but no custom columns given; for example -o custom-columns=NAME:.metadata.name")
		}
		if l.Format = formatColumns; name == formatColumns {
			l.columns, err = parseColumns(rest)
		} else {
			l.columns, err = parseColumnsFile(rest)
		}
	default:
		err = CheckFormat(output, FormatTable, FormatWide, FormatJSON, FormatYAML, formatName,
			formatJSONPath, formatJSONPath+"-file", formatColumns, formatColumns+"-file")
	}
	return l, err
}

// Tabular reports whether the format is a table with the columns of the API.
func (l Layout) Tabular() bool {
	return l.Format == "" || l.Format == FormatTable || l.Format == FormatWide
}

// Empty reports whether the format prints nothing for no objects, so that a message
// is needed.
func (l Layout) Empty() bool {
	return l.Tabular() || l.Format == formatName || l.Format == formatColumns
}

// fill writes the template with a value.
func (l Layout) fill(w io.Writer, v any) error {
	value, err := Generic(v)
	if err != nil {
		return err
	}
	if err := l.template.Execute(w, value); err != nil {
		return fmt.Errorf("error executing jsonpath: %w", err)
	}
	return nil
}

// columnRows prints objects as rows of custom columns.
func (p *Objects) columnRows(objects []v1alpha1.Object) error {
	var rows [][]string
	if p.Table.Widths == nil {
		p.Table.Widths = make([]int, len(p.Layout.columns))
		if !p.Table.NoHeaders {
			var header []string
			for _, c := range p.Layout.columns {
				header = append(header, c.header)
			}
			rows = append(rows, header)
		}
	}
	for _, o := range objects {
		object, err := Generic(o)
		if err != nil {
			return err
		}
		row, err := cells(p.Layout.columns, object)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	p.Table.Rows(rows)
	return nil
}
