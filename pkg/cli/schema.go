// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// NewSchemaCommand returns the command `reconciler schema`.
func NewSchemaCommand(a *App) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "schema [KIND]",
		Short: "Print the schema of manifests",
		Long: "Print the schema of manifests, of one kind or of all, for editors and checks: as JSON Schema (draft-07), or\n" +
			"with -o openapi all kinds as OpenAPI 3.0. No engine and no controller is needed.",
		Example: "  reconciler schema > manifest.json\n" +
			"  reconciler schema container\n" +
			"  reconciler schema -o openapi",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: cobra.FixedCompletions(declaredKinds(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(_ *cobra.Command, args []string) error {
			var kind spec.Kind
			if len(args) > 0 {
				var known bool
				if kind, known = declaredKind(args[0]); !known {
					return fmt.Errorf("there is no kind %q: want one of %s", args[0], strings.Join(declaredKinds(), ", "))
				}
			}
			switch {
			case output == "jsonschema":
				fmt.Fprintf(a.Stdout, "%s", spec.JSONSchema(kind))
			case output == "openapi" && kind == "":
				fmt.Fprintf(a.Stdout, "%s", spec.OpenAPI())
			case output == "openapi":
				return fmt.Errorf("-o openapi has all kinds: name none")
			default:
				return fmt.Errorf("unknown output %q: want jsonschema or openapi", output)
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "jsonschema", "jsonschema or openapi")
	return cmd
}

// NewExplainCommand returns the command `reconciler explain`.
func NewExplainCommand(a *App) *cobra.Command {
	var recursive bool
	cmd := &cobra.Command{
		Use:   "explain KIND[.FIELD]..",
		Short: "Tell what a field of a manifest means",
		Long: "Tell what a kind or a field of a manifest means, what it may be, and what a change of it takes.\n" +
			"No engine and no controller is needed.",
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
	cmd.Flags().BoolVar(&recursive, "recursive", false, "list all fields below, without what they mean")
	return cmd
}

// declaredKinds are the kinds that a manifest may declare, as arguments.
func declaredKinds() []string {
	var names []string
	for _, kind := range spec.Kinds() {
		names = append(names, singular(kind))
	}
	return names
}

// declaredKind is the kind that a word means, in any form that get takes.
func declaredKind(word string) (spec.Kind, bool) {
	kind, known := parseKind(word)
	return kind, known && kind != spec.KindManifest
}
