// SPDX-License-Identifier: Apache-2.0

package offline

import (
	"fmt"
	"io"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// label returns the state that the target of an edge must reach.
func (e edge) label() string {
	text := string(e.Until)
	if e.Until == spec.UntilStarted && !strings.HasPrefix(e.To, string(spec.KindContainer)+"/") {
		text = "present" // only containers are started
	}
	if e.Optional {
		text += ", optional"
	}
	return text
}

// tree writes the objects without dependents, and below each object its
// dependencies. The dependencies of an object are written once.
func (g network) tree(w io.Writer) error {
	t := treeWriter{nodes: map[string]node{}, needs: map[string][]edge{}, written: map[string]bool{}, unfolded: map[string]bool{}}
	needed := map[string]bool{}
	for _, n := range g.Nodes {
		t.nodes[n.Key] = n
	}
	for _, e := range g.Edges {
		t.needs[e.From] = append(t.needs[e.From], e)
		needed[e.To] = true
	}
	for _, n := range g.Nodes {
		if !needed[n.Key] {
			t.write(n, "", "", "")
		}
	}
	for _, n := range g.Nodes { // the others are parts of cycles
		if needed[n.Key] && !t.written[n.Key] {
			t.write(n, "", "", "")
		}
	}
	_, err := io.WriteString(w, t.text.String())
	return err
}

type treeWriter struct {
	text     strings.Builder
	nodes    map[string]node
	needs    map[string][]edge
	written  map[string]bool
	unfolded map[string]bool
}

func (t *treeWriter) write(n node, first, indent, label string) {
	t.written[n.Key] = true
	line := first + n.Key
	if label != "" {
		line += " (" + label + ")"
	}
	if n.State != "" {
		line += ": " + n.State
	}
	needs := t.needs[n.Key]
	if t.unfolded[n.Key] && len(needs) > 0 {
		fmt.Fprintln(&t.text, line+" ...")
		return
	}
	t.unfolded[n.Key] = true
	fmt.Fprintln(&t.text, line)
	for i, e := range needs {
		if i < len(needs)-1 {
			t.write(t.nodes[e.To], indent+"├── ", indent+"│   ", e.label())
		} else {
			t.write(t.nodes[e.To], indent+"└── ", indent+"    ", e.label())
		}
	}
}

// caption returns the name and the state of a node for a picture.
func (n node) caption(br string) string {
	text := n.key.Name
	if n.key.Kind != spec.KindContainer {
		text = resource.Singular(n.key.Kind) + "/" + text
	}
	if n.State != "" {
		text += br + n.State
	}
	return text
}

// dot writes the graph for Graphviz.
func (g network) dot(w io.Writer) error {
	var b strings.Builder
	b.WriteString("digraph reconciler {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n")
	shapes := map[spec.Kind]string{spec.KindNetwork: "ellipse", spec.KindVolume: "cylinder", spec.KindConfig: "note", spec.KindSecret: "note"}
	for _, n := range g.Nodes {
		attributes := fmt.Sprintf("label=%q", n.caption("\n"))
		if shape := shapes[n.key.Kind]; shape != "" {
			attributes += ", shape=" + shape
		}
		if n.Missing {
			attributes += ", style=dashed"
		}
		fmt.Fprintf(&b, "  %q [%s];\n", n.Key, attributes)
	}
	for _, e := range g.Edges {
		attributes := fmt.Sprintf("label=%q", e.label())
		switch {
		case e.Optional:
			attributes += ", style=dashed"
		case e.Structural:
			attributes += ", style=dotted"
		}
		fmt.Fprintf(&b, "  %q -> %q [%s];\n", e.From, e.To, attributes)
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// mermaid writes the graph for Mermaid, which Markdown viewers draw.
func (g network) mermaid(w io.Writer) error {
	var b strings.Builder
	b.WriteString("graph LR\n")
	names := map[string]string{}
	for i, n := range g.Nodes {
		names[n.Key] = fmt.Sprintf("n%d", i)
		opening, closing := "[", "]"
		switch n.key.Kind {
		case spec.KindNetwork:
			opening, closing = "([", "])"
		case spec.KindVolume:
			opening, closing = "[(", ")]"
		case spec.KindConfig, spec.KindSecret:
			opening, closing = "[/", "/]"
		}
		fmt.Fprintf(&b, "  n%d%s\"%s\"%s\n", i, opening, n.caption("<br/>"), closing)
	}
	for _, e := range g.Edges {
		arrow := "-->"
		if e.Optional || e.Structural {
			arrow = "-.->"
		}
		fmt.Fprintf(&b, "  %s %s|%s| %s\n", names[e.From], arrow, e.label(), names[e.To])
	}
	_, err := io.WriteString(w, b.String())
	return err
}
