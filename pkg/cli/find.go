// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// Scope is where a command looks for objects.
type Scope struct {
	namespace     string
	allNamespaces bool
	selector      string
	fields        string
}

// namespaceHelp ends the help of the commands that look for objects.
const namespaceHelp = "Without -n, objects of all namespaces are meant. A NAME is looked up in all of them; where\n" +
	"several have it, choose one with -n or KIND/NAMESPACE/NAME. NAME alone means a Container."

func (s *Scope) register(flags *pflag.FlagSet) {
	s.RegisterNamespaces(flags)
	flags.StringVarP(&s.selector, "selector", "l", "", "a label selector, such as tier=backend")
	flags.StringVar(&s.fields, "field-selector", "", "a field selector, such as status.phase!=Running")
}

// RegisterNamespaces adds the flags that select namespaces.
func (s *Scope) RegisterNamespaces(flags *pflag.FlagSet) {
	flags.StringVarP(&s.namespace, "namespace", "n", "", "the namespace; all of them when not given")
	flags.BoolVarP(&s.allNamespaces, "all-namespaces", "A", false, "all namespaces, whatever -n says")
}

// In is the namespace that is meant; empty for all.
func (s *Scope) In() string {
	if s.allNamespaces {
		return ""
	}
	return s.namespace
}

// selection is all that is meant.
func (s *Scope) selection() client.Selection {
	return client.Selection{Namespace: s.In(), Labels: s.selector, Fields: s.fields}
}

// selects reports that a selector picks the objects.
func (s *Scope) selects() bool { return s.selector != "" || s.fields != "" }

// group is objects of one kind.
type group struct {
	printer.Group
	// version is where a watch of the kind goes on.
	version string
	// names selects the objects by name; empty for all of the kind.
	names []v1alpha1.Key
}

// find reads what the target asks for, grouped by kind. Named objects that do
// not exist are an error; a kind without objects is an empty group.
func (s *Scope) find(ctx context.Context, c *client.Client, t resource.Target) ([]group, error) {
	if len(t.Names) > 0 {
		return s.findNames(ctx, c, t.Names)
	}
	var groups []group
	for _, kind := range t.Kinds {
		list, err := c.List(ctx, kind, s.selection())
		if err != nil {
			return nil, err
		}
		groups = append(groups, group{Group: printer.Group{Kind: kind, Objects: list.Items}, version: list.ResourceVersion})
	}
	return groups, nil
}

func (s *Scope) findNames(ctx context.Context, c *client.Client, names []v1alpha1.Key) ([]group, error) {
	if s.selects() {
		return nil, errors.New("name cannot be provided when a selector is specified")
	}
	var groups []group
	for _, kind := range resource.Kinds() {
		g := group{Group: printer.Group{Kind: kind}}
		for _, name := range names {
			if name.Kind != kind {
				continue
			}
			o, version, err := s.findName(ctx, c, name)
			if err != nil {
				return nil, err
			}
			if g.version == "" {
				g.version = version // the oldest: nothing is missed
			}
			g.Objects = append(g.Objects, o)
			g.names = append(g.names, o.Key())
		}
		if len(g.Objects) > 0 {
			groups = append(groups, g)
		}
	}
	return groups, nil
}

// findName reads the one object of that kind and name.
func (s *Scope) findName(ctx context.Context, c *client.Client, name v1alpha1.Key) (v1alpha1.Object, string, error) {
	sel := client.Selection{Namespace: cmp.Or(name.Namespace, s.In()), Fields: "metadata.name=" + name.Name}
	list, err := c.List(ctx, name.Kind, sel)
	if err != nil {
		return v1alpha1.Object{}, "", err
	}
	switch len(list.Items) {
	case 0:
		return v1alpha1.Object{}, "", s.notFound(ctx, c, name)
	case 1:
		return list.Items[0], list.ResourceVersion, nil
	}
	var namespaces []string
	for _, o := range list.Items {
		namespaces = append(namespaces, o.Namespace)
	}
	return v1alpha1.Object{}, "", fmt.Errorf("%s %q is in the namespaces %s: choose one with -n, or %s/NAMESPACE/%s",
		resource.Singular(name.Kind), name.Name, strings.Join(namespaces, ", "), resource.Singular(name.Kind), name.Name)
}

// objectsOf are the objects of all groups.
func objectsOf(groups []group) []v1alpha1.Object {
	var all []v1alpha1.Object
	for _, g := range groups {
		all = append(all, g.Objects...)
	}
	return all
}

// printable returns the groups as they are printed.
func printable(groups []group) []printer.Group {
	var out []printer.Group
	for _, g := range groups {
		out = append(out, g.Group)
	}
	return out
}

// NoneFound says in kubectl's words that there is nothing.
func (s *Scope) NoneFound() string {
	if s.In() == "" {
		return "No resources found"
	}
	return fmt.Sprintf("No resources found in %s namespace.", s.In())
}
