// SPDX-License-Identifier: Apache-2.0

package printer

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
)

// The output formats.
const (
	FormatTable = "table"
	FormatWide  = "wide"
	FormatJSON  = "json"
	FormatYAML  = "yaml"
	formatName  = "name"
)

// CheckFormat returns an error unless format is empty or one of the known formats.
func CheckFormat(format string, known ...string) error {
	if format == "" {
		return nil
	}
	for _, k := range known {
		if format == k {
			return nil
		}
	}
	return fmt.Errorf("unable to match a printer suitable for the output format %q: allowed formats are: %s",
		format, strings.Join(known, ","))
}

// Encode writes v as JSON or YAML.
func Encode(w io.Writer, format string, v any) error {
	if format == FormatYAML {
		data, err := yaml.Marshal(v)
		if err != nil {
			return fmt.Errorf("encode as YAML: %w", err)
		}
		_, err = w.Write(data)
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "    ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("encode as JSON: %w", err)
	}
	return nil
}

// List is a list of objects of several kinds, as kubectl prints it.
type List struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metav1.ListMeta `json:"metadata"`
	Items           any             `json:"items"`
}

// NewList returns a list of items of any kinds.
func NewList(items any) List {
	return List{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "List"}, Items: items}
}

// Group holds objects of one kind.
type Group struct {
	Kind    v1alpha1.Kind
	Objects []v1alpha1.Object
}

// Objects prints objects in one of the formats.
type Objects struct {
	Layout Layout
	Table  Table
	Now    func() time.Time
	// Namespaces adds a column for the namespace. Kinds adds the kind to the name.
	Namespaces, Kinds bool
}

// Groups prints objects. With one, a single object is printed without a list around
// it.
func (p *Objects) Groups(groups []Group, one bool) error {
	objects := []v1alpha1.Object{}
	for _, g := range groups {
		objects = append(objects, g.Objects...)
	}
	switch p.Layout.Format {
	case formatName:
		for _, o := range objects {
			fmt.Fprintln(p.Table.Out, resource.FullName(o.Key()))
		}
		return nil
	case formatColumns:
		return p.columnRows(objects)
	case FormatJSON, FormatYAML, formatJSONPath:
		if one && len(objects) == 1 {
			return p.encode(objects[0])
		}
		return p.encode(NewList(objects))
	}
	for _, g := range groups {
		if len(g.Objects) > 0 {
			p.Table.Separate()
			p.Rows(g.Kind, g.Objects, "")
		}
	}
	return nil
}

// encode prints a value in a format that includes all its fields.
func (p *Objects) encode(v any) error {
	if p.Layout.Format == formatJSONPath {
		return p.Layout.fill(p.Table.Out, v)
	}
	return Encode(p.Table.Out, p.Layout.Format, v)
}

// Rows prints objects of a kind as rows. A column for the event precedes them unless
// it is empty.
func (p *Objects) Rows(kind v1alpha1.Kind, objects []v1alpha1.Object, event string) {
	t := table.Objects(kind, objects, p.Now())
	var before []Column
	if event != "" {
		before = append(before, Column{"EVENT", []string{event}})
	}
	if p.Namespaces {
		column := Column{Header: "NAMESPACE"}
		for _, o := range objects {
			column.Cells = append(column.Cells, o.Namespace)
		}
		before = append(before, column)
	}
	if p.Kinds {
		for i, o := range objects {
			t.Rows[i].Cells[0] = resource.Singular(kind) + "/" + o.Name
		}
	}
	p.Table.Print(t, before...)
}

// Change prints one change of a watch.
func (p *Objects) Change(kind v1alpha1.Kind, o v1alpha1.Object, event string) error {
	switch p.Layout.Format {
	case formatName:
		fmt.Fprintln(p.Table.Out, resource.FullName(o.Key()))
		return nil
	case formatColumns:
		return p.columnRows([]v1alpha1.Object{o})
	case FormatJSON, formatJSONPath:
	case FormatYAML:
		fmt.Fprintln(p.Table.Out, "---")
	default:
		p.Rows(kind, []v1alpha1.Object{o}, event)
		return nil
	}
	if event != "" {
		return p.encode(map[string]any{"type": event, "object": o})
	}
	return p.encode(o)
}
