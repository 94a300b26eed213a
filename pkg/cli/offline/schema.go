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
		Long: "Print the schema of manifests of one kind, or of all kinds, for editors and validators: as JSON Schema " +
			"(draft-07), or with -o openapi all kinds as OpenAPI 3.0. It needs no engine and no controller.",
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
					return fmt.Errorf("unknown kind %q: want one of %s", args[0], strings.Join(declaredKinds(), ", "))
				}
			}
			switch {
			case output == "jsonschema":
				fmt.Fprintf(a.Stdout, "%s", spec.JSONSchema(kind))
			case output == "openapi" && kind == "":
				fmt.Fprintf(a.Stdout, "%s", spec.OpenAPI())
			case output == "openapi":
				return fmt.Errorf("-o openapi prints all kinds: omit the kind")
			default:
				return fmt.Errorf("unknown output format %q: must be jsonschema or openapi", output)
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "jsonschema", "output `format`: jsonschema or openapi")
	flag.Complete(cmd, "output", "jsonschema", "openapi")
	return cmd
}

// declaredKinds returns the names of the kinds that a manifest can declare.
func declaredKinds() []string {
	var names []string
	for _, kind := range spec.Kinds() {
		names = append(names, resource.Singular(kind))
	}
	return names
}

// declaredKind returns the kind with a name in any form that get accepts.
func declaredKind(word string) (spec.Kind, bool) {
	kind, known := resource.ParseKind(word)
	return kind, known && kind != spec.KindManifest
}
