// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// containersTarget parses NAME.. for commands on containers. Without arguments it
// selects all containers.
func containersTarget(args []string) (resource.Target, error) {
	t := resource.Target{Kinds: []v1alpha1.Kind{v1alpha1.KindContainer}}
	for _, arg := range args {
		name, err := resource.ParseName(arg)
		if err != nil {
			return resource.Target{}, err
		}
		if name.Kind != v1alpha1.KindContainer {
			return resource.Target{}, fmt.Errorf("%q is not a container: a %s does not run", arg, resource.Singular(name.Kind))
		}
		t.Names = append(t.Names, name)
	}
	return t, nil
}

// containers returns the containers that the arguments name, or all containers of
// the scope, as one group.
func (s *Scope) containers(ctx context.Context, c *client.Client, args []string) (group, error) {
	t, err := containersTarget(args)
	if err != nil {
		return group{}, err
	}
	groups, err := s.find(ctx, c, t)
	if err != nil {
		return group{}, err
	}
	return groups[0], nil
}

// container returns the key of the container that the argument names.
func (s *Scope) container(ctx context.Context, c *client.Client, arg string) (v1alpha1.Key, error) {
	g, err := s.containers(ctx, c, []string{arg})
	if err != nil {
		return v1alpha1.Key{}, err
	}
	return g.names[0], nil
}

// errNoContainer reports that the arguments select no container.
var errNoContainer = errors.New("container name must be provided, or --all or a selector")

// completeContainers completes the names of containers.
func (a *App) completeContainers(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionLimit)
	defer cancel()
	namespace, _ := cmd.Flags().GetString("namespace")
	return a.objectNames(ctx, v1alpha1.KindContainer, namespace, ""), cobra.ShellCompDirectiveNoFileComp
}

// completeOneContainer completes the first argument with the names of containers.
func (a *App) completeOneContainer(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return a.completeContainers(cmd, args, typed)
}
