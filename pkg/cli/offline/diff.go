// SPDX-License-Identifier: Apache-2.0

package offline

import (
	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/cli/settings"
	"github.com/pact-toolbox/reconciler/pkg/daemon"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// NewDiffCommand returns the command `reconciler diff`.
func NewDiffCommand(a *cli.App) *cobra.Command {
	var s daemon.Settings
	var output string
	cmd := &cobra.Command{
		Use:   "diff [DIR]",
		Short: "Show the changes that the controller would make now",
		Long: "Show the changes that a controller for the manifests in DIR would make now, with reasons. It needs no controller and " +
			"changes nothing. The exit code is 0 without changes, 1 with changes, and 2 after an error.",
		Example: "  reconciler diff\n  reconciler diff ~/shop -o json",
		Args:    cobra.MaximumNArgs(1),
		PreRunE: func(cmd *cobra.Command, _ []string) error {
			return flag.FromEnvironment(cmd, a.Getenv, settings.Connection()...)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := diff(cmd, a, s, output, args)
			switch {
			case err != nil:
				return &cli.ExitError{Code: 2, Err: err}
			case p.Empty():
				return nil
			}
			return &cli.ExitError{Code: 1}
		},
	}
	settings.RegisterEngine(cmd, &s.Engine)
	settings.RegisterManifests(cmd, &s.Manifests)
	settings.RegisterPrune(cmd.Flags(), &s.Prune)
	cmd.Flags().StringVarP(&output, "output", "o", "", "output `format`: json or yaml; empty means text")
	flag.Complete(cmd, "output", "json", "yaml")
	flag.NameVariables(cmd.Flags(), settings.Connection()...)
	return cmd
}

// diff prints and returns the plan for the present manifests and the present state
// of the engine.
func diff(cmd *cobra.Command, a *cli.App, s daemon.Settings, output string, args []string) (plan.Plan, error) {
	if err := printer.CheckFormat(output, printer.FormatJSON, printer.FormatYAML); err != nil {
		return plan.Plan{}, err
	}
	dir, err := settings.Directory(cmd, args)
	if err != nil {
		return plan.Plan{}, err
	}
	set, err := load(cmd.Context(), a, dir, s.Manifests)
	if err != nil {
		return plan.Plan{}, err
	}
	settings.Apply(a, &s)
	p, err := daemon.Preview(cmd.Context(), s, set)
	if err != nil {
		return plan.Plan{}, err
	}
	return p, printPlan(a.Stdout, p, output)
}
