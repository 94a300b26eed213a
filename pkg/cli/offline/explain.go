// SPDX-License-Identifier: Apache-2.0

package offline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// NewExplainCommand returns the command `reconciler explain`.
func NewExplainCommand(a *cli.App) *cobra.Command {
	var recursive bool
	cmd := &cobra.Command{
		Use:   "explain KIND[.FIELD]..",
		Short: "Describe a field of a manifest",
		Long: "Describe a kind or a field of a manifest: its meaning, its values and the effect of a change. " +
			"It needs no engine and no controller.",
		Example: "  reconciler explain container.spec.ports\n" +
			"  reconciler explain volume --recursive",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeField,
		RunE: func(_ *cobra.Command, args []string) error {
			path := args[0]
			first, rest, nested := strings.Cut(path, ".")
			if kind, known := declaredKind(first); known {
				if path = string(kind); nested {
					path += "." + rest
				}
			}
			text, err := spec.Explain(path, recursive)
			fmt.Fprint(a.Stdout, text)
			return err
		},
	}
	cmd.Flags().BoolVar(&recursive, "recursive", false, "list all nested fields without their descriptions")
	return cmd
}

// completeField completes a kind and the fields of it, one level at a time.
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
