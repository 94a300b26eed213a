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
	"github.com/pact-toolbox/reconciler/pkg/client"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// scope is where a command looks for objects.
type scope struct {
	namespace     string
	allNamespaces bool
	selector      string
	fields        string
}

// namespaceHelp ends the help of the commands that look for objects.
const namespaceHelp = "Without -n, objects of all namespaces are meant. A NAME is looked up in all of them; where\n" +
	"several have it, choose one with -n or KIND/NAMESPACE/NAME. NAME alone means a Container."

func (s *scope) register(flags *pflag.FlagSet) {
	s.registerNamespaces(flags)
	flags.StringVarP(&s.selector, "selector", "l", "", "a label selector, such as tier=backend")
	flags.StringVar(&s.fields, "field-selector", "", "a field selector, such as status.phase!=Running")
}

func (s *scope) registerNamespaces(flags *pflag.FlagSet) {
	flags.StringVarP(&s.namespace, "namespace", "n", "", "the namespace; all of them when not given")
	flags.BoolVarP(&s.allNamespaces, "all-namespaces", "A", false, "all namespaces, whatever -n says")
}

// in is the namespace that is meant; empty for all.
func (s *scope) in() string {
	if s.allNamespaces {
		return ""
	}
	return s.namespace
}

// selection is all that is meant.
func (s *scope) selection() client.Selection {
	return client.Selection{Namespace: s.in(), Labels: s.selector, Fields: s.fields}
}

// selects reports that a selector picks the objects.
func (s *scope) selects() bool { return s.selector != "" || s.fields != "" }

// group is objects of one kind.
type group struct {
	kind    spec.Kind
	objects []v1alpha1.Object
	// version is where a watch of the kind goes on.
	version string
	// names selects the objects by name; empty for all of the kind.
	names []spec.Key
}

// find reads what the target asks for, grouped by kind. Named objects that do
// not exist are an error; a kind without objects is an empty group.
func (s *scope) find(ctx context.Context, c *client.Client, t target) ([]group, error) {
	if len(t.names) > 0 {
		return s.findNames(ctx, c, t.names)
	}
	var groups []group
	for _, kind := range t.kinds {
		list, err := c.List(ctx, kind, s.selection())
		if err != nil {
			return nil, err
		}
		groups = append(groups, group{kind: kind, objects: list.Items, version: list.ResourceVersion})
	}
	return groups, nil
}

func (s *scope) findNames(ctx context.Context, c *client.Client, names []spec.Key) ([]group, error) {
	if s.selects() {
		return nil, errors.New("name cannot be provided when a selector is specified")
	}
	var groups []group
	for _, kind := range shownKinds() {
		g := group{kind: kind}
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
			g.objects = append(g.objects, o)
			g.names = append(g.names, o.Key())
		}
		if len(g.objects) > 0 {
			groups = append(groups, g)
		}
	}
	return groups, nil
}

// findName reads the one object of that kind and name.
func (s *scope) findName(ctx context.Context, c *client.Client, name spec.Key) (v1alpha1.Object, string, error) {
	sel := client.Selection{Namespace: cmp.Or(name.Namespace, s.in()), Fields: "metadata.name=" + name.Name}
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
		singular(name.Kind), name.Name, strings.Join(namespaces, ", "), singular(name.Kind), name.Name)
}

// objectsOf are the objects of all groups.
func objectsOf(groups []group) []v1alpha1.Object {
	var all []v1alpha1.Object
	for _, g := range groups {
		all = append(all, g.objects...)
	}
	return all
}

// noneFound says in kubectl's words that there is nothing.
func (s *scope) noneFound() string {
	if s.in() == "" {
		return "No resources found"
	}
	return fmt.Sprintf("No resources found in %s namespace.", s.in())
}
