// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"
)

func newRootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "reconciler",
		Short: "Keep containers as manifests describe them",
		Long: "reconciler keeps the containers, networks and volumes of one engine as a directory of\n" +
			"manifests describes them, and says at every moment what is true and why.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		// The environment may have set it, and not a flag.
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if err := a.checkInstance(); err != nil {
				return fmt.Errorf("instance %q: %w", a.instance, err)
			}
			return nil
		},
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	flags := root.PersistentFlags()
	flags.StringVar(&a.instance, "instance", cmp.Or(a.getenv("RECONCILER_INSTANCE"), "default"),
		"the controller's instance ($RECONCILER_INSTANCE)")
	constrain(flags, "instance", a.checkInstance)
	flags.StringVar(&a.socket, "socket", a.getenv("RECONCILER_SOCKET"),
		"the controller's socket; the default depends on the instance ($RECONCILER_SOCKET)")
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(
		controls(a, newRunCommand(a)),
		controls(a, newDownCommand(a)),
		controls(a, newDiffCommand(a)),
		controls(a, newSimulateCommand(a)),
		newGetCommand(a),
		newDescribeCommand(a),
		newEventsCommand(a),
		newLogsCommand(a),
		newExecCommand(a),
		newTopCommand(a),
		newPortCommand(a),
		newWaitCommand(a),
		newAskCommand(a, askStop),
		newAskCommand(a, askStart),
		newAskCommand(a, askRestart),
		newAskCommand(a, askSuspend),
		newAskCommand(a, askResume),
		newApproveCommand(a),
		newGraphCommand(a),
		newStatusCommand(a),
		newKubeconfigCommand(a),
		newValidateCommand(a),
		newExplainCommand(a),
		newSchemaCommand(a),
		newVersionCommand(a),
		newCompletionCommand(),
		newConnectCommand(),
	)
	a.completeFlags(root)
	hintUsage(root)
	return root
}

// controls marks a command that is or stands for a controller: its flags may
// come from the environment too, and those of run from a file.
func controls(a *app, cmd *cobra.Command) *cobra.Command {
	nameVariables(cmd.Flags())
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := a.fromEnvironment(cmd); err != nil {
			return err
		}
		return fromConfig(cmd)
	}
	return cmd
}
