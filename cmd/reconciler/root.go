// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli"
)

func newRootCommand(a *cli.App) *cobra.Command {
	root := &cobra.Command{
		Use:   "reconciler",
		Short: "Keep containers as manifests describe them",
		Long: "reconciler keeps the containers, networks and volumes of one engine as a directory of\n" +
			"manifests describes them, and says at every moment what is true and why.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cli.UnknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		// The environment may have set it, and not a flag.
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if err := a.CheckInstance(); err != nil {
				return fmt.Errorf("instance %q: %w", a.Instance, err)
			}
			return nil
		},
	}
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	flags := root.PersistentFlags()
	flags.StringVar(&a.Instance, "instance", cmp.Or(a.Getenv("RECONCILER_INSTANCE"), "default"),
		"the controller's instance ($RECONCILER_INSTANCE)")
	cli.Constrain(flags, "instance", a.CheckInstance)
	flags.StringVar(&a.Socket, "socket", a.Getenv("RECONCILER_SOCKET"),
		"the controller's socket; the default depends on the instance ($RECONCILER_SOCKET)")
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(
		controls(a, cli.NewRunCommand(a)),
		controls(a, cli.NewDownCommand(a)),
		controls(a, cli.NewDiffCommand(a)),
		controls(a, cli.NewSimulateCommand(a)),
		cli.NewGetCommand(a),
		cli.NewDescribeCommand(a),
		cli.NewEventsCommand(a),
		cli.NewLogsCommand(a),
		cli.NewExecCommand(a),
		cli.NewTopCommand(a),
		cli.NewPortCommand(a),
		cli.NewWaitCommand(a),
		cli.NewAskCommand(a, cli.AskStop),
		cli.NewAskCommand(a, cli.AskStart),
		cli.NewAskCommand(a, cli.AskRestart),
		cli.NewAskCommand(a, cli.AskSuspend),
		cli.NewAskCommand(a, cli.AskResume),
		cli.NewApproveCommand(a),
		cli.NewGraphCommand(a),
		cli.NewStatusCommand(a),
		cli.NewKubeconfigCommand(a),
		cli.NewValidateCommand(a),
		cli.NewExplainCommand(a),
		cli.NewSchemaCommand(a),
		cli.NewVersionCommand(a),
		cli.NewCompletionCommand(),
		cli.NewConnectCommand(),
	)
	a.CompleteFlags(root)
	cli.HintUsage(root)
	return root
}

// controls marks a command that is or stands for a controller: its flags may
// come from the environment too, and those of run from a file.
func controls(a *cli.App, cmd *cobra.Command) *cobra.Command {
	cli.NameVariables(cmd.Flags())
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := a.FromEnvironment(cmd); err != nil {
			return err
		}
		return cli.FromConfig(cmd)
	}
	return cmd
}
