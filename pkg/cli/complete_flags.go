// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// CompleteNamespaces completes the values of --namespace of all commands.
func (a *App) CompleteNamespaces(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		if cmd.Flags().Lookup("namespace") != nil {
			_ = cmd.RegisterFlagCompletionFunc("namespace", a.completeNamespaces)
		}
	}
}

// completeNamespaces completes the namespaces of the objects of the controller.
func (a *App) completeNamespaces(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionLimit)
	defer cancel()
	var out []string
	for _, kind := range resource.Kinds() {
		list, err := a.Client().List(ctx, kind, client.Selection{})
		if err != nil {
			break
		}
		for _, o := range list.Items {
			out = append(out, o.Namespace)
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(ns string) bool { return ns == "" }), cobra.ShellCompDirectiveNoFileComp
}

// completePort completes the name of a container and then a port of it.
func (a *App) completePort(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return a.completeOneContainer(cmd, args, typed)
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), completionLimit)
	defer cancel()
	namespace, _ := cmd.Flags().GetString("namespace")
	g, err := (&Scope{namespace: namespace}).containers(ctx, a.Client(), args[:1])
	if err != nil || len(args) > 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, endpoint := range g.Objects[0].Status.Endpoints {
		if _, inner, found := strings.Cut(endpoint, "->"); found {
			out = append(out, inner)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
