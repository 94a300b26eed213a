// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/client"
	"github.com/pact-toolbox/reconciler/pkg/logging"
	"github.com/pact-toolbox/reconciler/pkg/policy"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// flagValues are what flags may be, by "command flag", or by the flag alone where
// every command means the same.
var flagValues = map[string][]string{
	"get output":      {"wide", "json", "yaml", "name", "jsonpath=", "custom-columns="},
	"events output":   {"table", "wide", "json", "yaml"},
	"graph output":    {"tree", "dot", "mermaid", "json", "yaml"},
	"schema output":   {"jsonschema", "openapi"},
	"logs output":     {"json"},
	"simulate output": {"json"},
	"version output":  {"json"},
	"output":          {"json", "yaml"},
	"top sort-by":     {"cpu", "memory"},
	"wait for":        {"condition=Ready", "condition=Healthy", "condition=Running", "condition=Synced", "condition=Ready=False", "delete", "jsonpath="},
	"view":            {"auto", "table", "lines", "none"},
	"engine":          {"docker", "memory"},
	"on-exit":         {string(exitKeep), string(exitStop), string(exitRemove)},
	"log-format":      {"text", "json"},
	"log-level":       append([]string{"debug", "info", "warn", "error"}, componentsAtDebug()...),
	"type":            {"Normal", "Warning", "created", "started", "stopped", "failed", "healthy", "unhealthy", "metrics", "*"},
	"types":           {"Normal", "Warning", "created", "started", "stopped", "failed", "healthy", "unhealthy", "metrics", "*"},
	"policy":          {string(policy.Dev), string(policy.Baseline), string(policy.Restricted)},
	"default-pull-policy": {
		string(spec.PullAlways), string(spec.PullMissing), string(spec.PullNever),
	},
}

func componentsAtDebug() (out []string) {
	for _, c := range logging.Components {
		out = append(out, "info,"+c+"=debug")
	}
	return out
}

// CompleteFlags has the shell complete the values of the flags of all commands.
func (a *App) CompleteFlags(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		for name, values := range flagValues {
			command, flag, own := strings.Cut(name, " ")
			if !own {
				flag = name
			}
			_, overruled := flagValues[cmd.Name()+" "+flag]
			if cmd.Flags().Lookup(flag) == nil || own && command != cmd.Name() || !own && overruled || cmd.Name() == "kubeconfig" {
				continue
			}
			_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
		}
		if cmd.Flags().Lookup("namespace") != nil {
			_ = cmd.RegisterFlagCompletionFunc("namespace", a.completeNamespaces)
		}
	}
}

// completeNamespaces completes the namespaces that the controller knows.
func (a *App) completeNamespaces(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionLimit)
	defer cancel()
	var out []string
	for _, kind := range shownKinds() {
		list, err := a.client().List(ctx, kind, client.Selection{})
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

// completePort completes the name of a container, and then one of its ports.
func (a *App) completePort(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return a.completeOneContainer(cmd, args, typed)
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), completionLimit)
	defer cancel()
	namespace, _ := cmd.Flags().GetString("namespace")
	g, err := (&scope{namespace: namespace}).containers(ctx, a.client(), args[:1])
	if err != nil || len(args) > 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, endpoint := range g.objects[0].Status.Endpoints {
		if _, inner, found := strings.Cut(endpoint, "->"); found {
			out = append(out, inner)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// completeField completes a kind, and the fields below it, step by step.
func completeField(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	const further = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	steps := strings.Split(typed, ".")
	kind, known := declaredKind(steps[0])
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	if !known || len(steps) == 1 {
		return declaredKinds(), further
	}
	fields := []spec.Field{{Name: "metadata"}, {Name: "spec", Fields: spec.Fields(kind)}}
	for _, step := range steps[1 : len(steps)-1] {
		i := slices.IndexFunc(fields, func(f spec.Field) bool { return f.Name == step })
		if i < 0 {
			return nil, further
		}
		fields = fields[i].Fields
	}
	var out []string
	for _, f := range fields {
		out = append(out, strings.Join(append(slices.Clone(steps[:len(steps)-1]), f.Name), "."))
	}
	return out, further
}
