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

// Scope selects the namespaces and labels in which a command finds objects.
type Scope struct {
	namespace     string
	allNamespaces bool
	selector      string
	fields        string
}

// namespaceHelp is the end of the help of commands on several objects.
const namespaceHelp = "Without -n, objects of all namespaces are selected. A NAME that exists in several namespaces needs -n or " +
	"KIND/NAMESPACE/NAME. NAME without a kind is a container."

// nameHelp is the end of the help of commands on one container.
const nameHelp = "NAME is looked up in all namespaces unless -n is set."

func (s *Scope) register(flags *pflag.FlagSet) {
	s.RegisterNamespaces(flags)
	flags.StringVarP(&s.selector, "selector", "l", "", "label `selector`, for example tier=backend")
	flags.StringVar(&s.fields, "field-selector", "", "field `selector`, for example status.phase!=Running")
}

// RegisterNamespaces adds the flags that select namespaces.
func (s *Scope) RegisterNamespaces(flags *pflag.FlagSet) {
	flags.StringVarP(&s.namespace, "namespace", "n", "", "`namespace`; empty means all namespaces")
	flags.BoolVarP(&s.allNamespaces, "all-namespaces", "A", false, "select all namespaces, even if -n is set")
}

// Namespace returns the selected namespace; empty for all.
func (s *Scope) Namespace() string {
	if s.allNamespaces {
		return ""
	}
	return s.namespace
}

// selection returns the selection of the scope.
func (s *Scope) selection() client.Selection {
	return client.Selection{Namespace: s.Namespace(), Labels: s.selector, Fields: s.fields}
}

// selects reports whether a selector is set.
func (s *Scope) selects() bool { return s.selector != "" || s.fields != "" }

// group is the selected objects of one kind.
type group struct {
	printer.Group
	// version is the resource version at which a watch continues.
	version string
	// names selects the objects by name; empty for all of the kind.
	names []v1alpha1.Key
}

// find returns the objects of the target, grouped by kind. It returns an error when
// a named object does not exist; a kind without objects is an empty group.
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
				g.version = version // the oldest version, so that no change is missed
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

// findName returns the only object of a kind and name, with the version of its list.
func (s *Scope) findName(ctx context.Context, c *client.Client, name v1alpha1.Key) (v1alpha1.Object, string, error) {
	sel := client.Selection{Namespace: cmp.Or(name.Namespace, s.Namespace()), Fields: "metadata.name=" + name.Name}
	list, err := c.List(ctx, name.Kind, sel)
	if err != nil {
		return v1alpha1.Object{}, "", err
	}
	switch len(list.Items) {
	case 0:
		return v1alpha1.Object{}, "", s.notFoundError(ctx, c, name)
	case 1:
		return list.Items[0], list.ResourceVersion, nil
	}
	var namespaces []string
	for _, o := range list.Items {
		namespaces = append(namespaces, o.Namespace)
	}
	return v1alpha1.Object{}, "", fmt.Errorf("%s %q exists in the namespaces %s: select one with -n or %s/NAMESPACE/%s",
		resource.Singular(name.Kind), name.Name, strings.Join(namespaces, ", "), resource.Singular(name.Kind), name.Name)
}

// objectsOf returns the objects of all groups.
func objectsOf(groups []group) []v1alpha1.Object {
	var all []v1alpha1.Object
	for _, g := range groups {
		all = append(all, g.Objects...)
	}
	return all
}

// printable returns the groups for the printer.
func printable(groups []group) []printer.Group {
	var out []printer.Group
	for _, g := range groups {
		out = append(out, g.Group)
	}
	return out
}

// NoneFound returns kubectl's message for an empty result.
func (s *Scope) NoneFound() string {
	if s.Namespace() == "" {
		return "No resources found"
	}
	return fmt.Sprintf("No resources found in %s namespace.", s.Namespace())
}
