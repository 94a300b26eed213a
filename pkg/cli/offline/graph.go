// SPDX-License-Identifier: Apache-2.0

package offline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/cli/settings"
	"github.com/pact-toolbox/reconciler/pkg/client"
	"github.com/pact-toolbox/reconciler/pkg/manifest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// graphOptions are the flags of graph.
type graphOptions struct {
	cli.Scope
	output    string
	implied   bool
	manifests manifest.Options
}

// NewGraphCommand returns the command `reconciler graph`.
func NewGraphCommand(a *cli.App) *cobra.Command {
	var o graphOptions
	cmd := &cobra.Command{
		Use:   "graph [DIR]",
		Short: "Show the dependency graph",
		Long: "Show the dependency graph with the state that each dependency must reach. Without DIR, show the objects of the " +
			"running controller with their states. With DIR, show the manifests there, without a controller or an engine.",
		Example: "  reconciler graph\n" +
			"  reconciler graph manifests -o mermaid\n" +
			"  reconciler graph -o dot | dot -Tsvg > graph.svg",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, a, args) },
	}
	flags := cmd.Flags()
	o.RegisterNamespaces(flags)
	flags.StringVarP(&o.output, "output", "o", "tree", "output `format`: tree, dot, mermaid, json or yaml")
	flags.BoolVar(&o.implied, "implied", false, "include networks and volumes that no manifest declares")
	o.manifests.Namespace = spec.DefaultNamespace
	settings.RegisterNetwork(flags, &o.manifests)
	settings.RegisterInterpolate(flags, &o.manifests)
	flag.Complete(cmd, "output", "tree", "dot", "mermaid", "json", "yaml")
	return cmd
}

func (o graphOptions) run(cmd *cobra.Command, a *cli.App, args []string) error {
	ctx := cmd.Context()
	if err := printer.CheckFormat(o.output, "tree", "dot", "mermaid", printer.FormatJSON, printer.FormatYAML); err != nil {
		return err
	}
	var g network
	if len(args) == 1 {
		dir, err := settings.Directory(cmd, args)
		if err != nil {
			return err
		}
		set, err := load(ctx, a, dir, o.manifests)
		if err != nil {
			return err
		}
		g = networkOfSet(set)
	} else {
		var err error
		if g, err = o.observed(ctx, a.Client()); err != nil {
			return err
		}
	}
	g = g.within(o.Namespace(), o.implied)
	switch o.output {
	case "dot":
		return g.dot(a.Stdout)
	case "mermaid":
		return g.mermaid(a.Stdout)
	case "tree":
		if len(g.Nodes) == 0 {
			fmt.Fprintln(a.Stderr, o.NoneFound())
		}
		return g.tree(a.Stdout)
	}
	return printer.Encode(a.Stdout, o.output, g)
}

// network is the dependency graph.
type network struct {
	Nodes []node `json:"nodes"`
	Edges []edge `json:"edges"`
}

// node is one object. State is empty for a graph of manifests.
type node struct {
	Key     string `json:"key"`
	State   string `json:"state,omitempty"`
	Implied bool   `json:"implied,omitempty"`
	// Missing reports that another object depends on it and nothing declares it.
	Missing bool `json:"missing,omitempty"`

	key spec.Key
}

// edge is a dependency: From needs To.
type edge struct {
	From       string     `json:"from"`
	To         string     `json:"to"`
	Until      spec.Until `json:"until"`
	Structural bool       `json:"structural,omitempty"`
	Optional   bool       `json:"optional,omitempty"`
	Restart    bool       `json:"restart,omitempty"`
}

func (g *network) add(o spec.Object, n node) {
	n.Key = n.key.String()
	g.Nodes = append(g.Nodes, n)
	for _, e := range o.Edges() {
		g.Edges = append(g.Edges, edge{n.Key, e.To.String(), e.Until, e.Structural, e.Optional, e.Restart})
	}
}

func networkOfSet(set spec.Set) network {
	var g network
	for _, k := range set.Keys() {
		o := set.Objects[k]
		g.add(o, node{key: k, Implied: o.Implied()})
	}
	return g
}

// observed returns the graph of the objects of the controller.
func (o graphOptions) observed(ctx context.Context, c *client.Client) (network, error) {
	var g network
	for _, kind := range []spec.Kind{spec.KindContainer, spec.KindNetwork, spec.KindVolume, spec.KindConfig, spec.KindSecret} {
		list, err := c.List(ctx, kind, client.Selection{})
		if err != nil {
			return g, err
		}
		for _, item := range list.Items {
			object, err := declared(item)
			if err != nil {
				return g, err
			}
			g.add(object, node{key: item.Key(), State: printer.StateWord(item), Implied: item.Status.Source == ""})
		}
	}
	return g, nil
}

// declared returns the object that a manifest declares.
func declared(item v1alpha1.Object) (spec.Object, error) {
	o := spec.Object{Kind: spec.Kind(item.Kind), Metadata: spec.Metadata{Name: item.Name, Namespace: item.Namespace}}
	if o.Kind != spec.KindContainer || len(item.Spec) == 0 {
		return o, nil
	}
	o.Container = &spec.Container{}
	if err := json.Unmarshal(item.Spec, o.Container); err != nil {
		return o, errors.Join(fmt.Errorf("decode spec of %s", item.Key()), err)
	}
	return o, nil
}

// within returns the part of the graph in a namespace, empty for all, with its
// dependencies. Implied objects are omitted unless implied is set.
func (g network) within(namespace string, implied bool) network {
	known, shown := map[string]bool{}, map[string]bool{}
	out := network{Nodes: []node{}, Edges: []edge{}}
	hidden := map[string]bool{}
	for _, n := range g.Nodes {
		known[n.Key] = true
		hidden[n.Key] = n.Implied && !implied
		if !hidden[n.Key] && (namespace == "" || n.key.Namespace == namespace) {
			shown[n.Key] = true
		}
	}
	for _, e := range g.Edges {
		if from, _ := spec.ParseKey(e.From); namespace != "" && from.Namespace != namespace || hidden[e.From] || hidden[e.To] {
			continue
		}
		shown[e.To] = true
		out.Edges = append(out.Edges, e)
	}
	for _, n := range g.Nodes {
		if shown[n.Key] {
			out.Nodes = append(out.Nodes, n)
			delete(shown, n.Key)
		}
	}
	for key := range shown {
		k, _ := spec.ParseKey(key)
		out.Nodes = append(out.Nodes, node{Key: key, key: k, State: "missing", Missing: true})
	}
	slices.SortFunc(out.Nodes, func(a, b node) int { return a.key.Compare(b.key) })
	return out
}
