// SPDX-License-Identifier: Apache-2.0

package run

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/settings"
	"github.com/pact-toolbox/reconciler/pkg/daemon"
)

// NewDownCommand returns the command `reconciler down`.
func NewDownCommand(a *cli.App) *cobra.Command {
	var s daemon.Settings
	var limit time.Duration
	cmd := &cobra.Command{
		Use:   "down",
		Short: "Remove everything that the instance owns, in reverse order",
		Long: "Remove the containers and networks of the instance, in the reverse of their start order, and nothing else. " +
			"Volumes and their data are kept unless --volumes is set.",
		Example: "  reconciler down\n  reconciler down --instance shop --volumes",
		Args:    cobra.NoArgs,
		PreRunE: func(cmd *cobra.Command, _ []string) error {
			return flag.FromEnvironment(cmd, a.Getenv, settings.Connection()...)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), limit)
			defer cancel()
			settings.Apply(a, &s)
			return exitError(daemon.New(s).Down(ctx))
		},
	}
	flags := cmd.Flags()
	settings.RegisterEngine(cmd, &s.Engine)
	flags.BoolVar(&s.Purge, "volumes", false, "remove the volumes and their data as well")
	flags.DurationVar(&s.StopGrace, "timeout", 0, "time between stop signal and kill; 0 keeps the times of the manifests")
	flags.DurationVar(&limit, "limit", 10*time.Minute, "timeout of the whole command")
	flag.Constrain(flags, "timeout", flag.AtLeast(&s.StopGrace, 0))
	flag.Constrain(flags, "limit", flag.AtLeast(&limit, 0))
	flag.NameVariables(flags, settings.Connection()...)
	return cmd
}
