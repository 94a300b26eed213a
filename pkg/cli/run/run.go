// SPDX-License-Identifier: Apache-2.0

package run

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/settings"
	"github.com/pact-toolbox/reconciler/pkg/daemon"
)

// NewRunCommand returns the command `reconciler run`.
func NewRunCommand(a *cli.App) *cobra.Command {
	var s daemon.Settings
	cmd := &cobra.Command{
		Use:   "run [DIR]",
		Short: "Run the controller for a directory of manifests",
		Long: "Run the controller for a directory of manifests, ./manifests by default, until it is interrupted. " +
			"The containers keep running after that, unless --on-exit stops or removes them; `reconciler down` removes them later.\n\n" +
			"Each flag can also be set by the environment variable named in its help, or in the file of --config. " +
			"The command line takes precedence over the environment, and the environment over the file.",
		Example: "  reconciler run\n" +
			"  reconciler run ~/shop --instance shop\n" +
			"  reconciler run --once --once-timeout 5m\n" +
			"  RECONCILER_PRUNE_DELAY=10s reconciler run --config settings.yaml",
		Args: cobra.MaximumNArgs(1),
		PreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := flag.FromEnvironment(cmd, a.Getenv); err != nil {
				return err
			}
			return flag.FromConfig(cmd)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := settings.Directory(cmd, args)
			if err != nil {
				return err
			}
			s.Directory = dir
			settings.Apply(a, &s)
			return exitError(daemon.New(s).Run(cmd.Context()))
		},
	}
	settings.RegisterRun(cmd, &s)
	flag.NameVariables(cmd.Flags())
	return cmd
}

// exitError returns the error of a command whose daemon returned err.
func exitError(err error) error {
	if errors.Is(err, daemon.ErrIncomplete) {
		return &cli.ExitError{Code: 1} // the reasons have been printed
	}
	return err
}
