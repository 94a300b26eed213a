// SPDX-License-Identifier: Apache-2.0

package cli

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
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// The output formats.
const (
	formatTable = "table"
	formatWide  = "wide"
	formatJSON  = "json"
	formatYAML  = "yaml"
	formatName  = "name"
)

// checkFormat refuses an output format that is not among those given.
func checkFormat(format string, known ...string) error {
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

// encodeTo writes v as JSON or YAML.
func encodeTo(w io.Writer, format string, v any) error {
	if format == formatYAML {
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

// listOf is a list of things of several kinds, as kubectl prints them.
type listOf struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metav1.ListMeta `json:"metadata"`
	Items           any             `json:"items"`
}

func newListOf(items any) listOf {
	return listOf{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "List"}, Items: items}
}

// objectPrinter prints objects in one of the formats.
type objectPrinter struct {
	layout layout
	table  tablePrinter
	now    func() time.Time
	// namespaces adds a column for the namespace, kinds puts the kind before the
	// name.
	namespaces, kinds bool
}

// groups prints what was found. one has a single object stand for itself
// instead of in a list.
func (p *objectPrinter) groups(groups []group, one bool) error {
	objects := objectsOf(groups)
	if objects == nil {
		objects = []v1alpha1.Object{}
	}
	switch p.layout.format {
	case formatName:
		for _, o := range objects {
			fmt.Fprintln(p.table.out, resourceName(o.Key()))
		}
		return nil
	case formatColumns:
		return p.columnRows(objects)
	case formatJSON, formatYAML, formatJSONPath:
		if one && len(objects) == 1 {
			return p.whole(objects[0])
		}
		return p.whole(newListOf(objects))
	}
	for _, g := range groups {
		if len(g.objects) > 0 {
			p.table.separate()
			p.rows(g.kind, g.objects, "")
		}
	}
	return nil
}

// whole prints a value in a format that has all of it.
func (p *objectPrinter) whole(v any) error {
	if p.layout.format == formatJSONPath {
		return p.layout.fill(p.table.out, v)
	}
	return encodeTo(p.table.out, p.layout.format, v)
}

// rows prints objects of a kind as rows; event fills a column before them
// unless it is empty.
func (p *objectPrinter) rows(kind spec.Kind, objects []v1alpha1.Object, event string) {
	t := table.Objects(kind, objects, p.now())
	var before []extra
	if event != "" {
		before = append(before, extra{"EVENT", []string{event}})
	}
	if p.namespaces {
		column := extra{header: "NAMESPACE"}
		for _, o := range objects {
			column.cells = append(column.cells, o.Namespace)
		}
		before = append(before, column)
	}
	if p.kinds {
		for i, o := range objects {
			t.Rows[i].Cells[0] = singular(kind) + "/" + o.Name
		}
	}
	p.table.print(t, before...)
}

// change prints one change of a watch.
func (p *objectPrinter) change(kind spec.Kind, o v1alpha1.Object, event string) error {
	switch p.layout.format {
	case formatName:
		fmt.Fprintln(p.table.out, resourceName(o.Key()))
		return nil
	case formatColumns:
		return p.columnRows([]v1alpha1.Object{o})
	case formatJSON, formatJSONPath:
	case formatYAML:
		fmt.Fprintln(p.table.out, "---")
	default:
		p.rows(kind, []v1alpha1.Object{o}, event)
		return nil
	}
	if event != "" {
		return p.whole(map[string]any{"type": event, "object": o})
	}
	return p.whole(o)
}
