// SPDX-License-Identifier: Apache-2.0

package offline

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// NewSchemaCommand returns the command `reconciler schema`.
func NewSchemaCommand(a *cli.App) *cobra.Command {
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
	flag.Complete(cmd, "output", "jsonschema", "openapi")
	return cmd
}

// declaredKinds are the kinds that a manifest may declare, as arguments.
func declaredKinds() []string {
	var names []string
	for _, kind := range spec.Kinds() {
		names = append(names, resource.Singular(kind))
	}
	return names
}

// declaredKind is the kind that a word means, in any form that get takes.
func declaredKind(word string) (spec.Kind, bool) {
	kind, known := resource.ParseKind(word)
	return kind, known && kind != spec.KindManifest
}
