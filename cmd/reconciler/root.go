// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pact-toolbox/reconciler/pkg/cli"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/offline"
	"github.com/pact-toolbox/reconciler/pkg/cli/run"
)

// newRootCommand returns the command tree.
func newRootCommand(a *cli.App) *cobra.Command {
	root := &cobra.Command{
		Use:   "reconciler",
		Short: "Keep containers as manifests describe them",
		Long: "reconciler keeps the containers, networks and volumes of one engine as a directory of\n" +
			"manifests describes them, and says at every moment what is true and why.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          flag.UnknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		// The environment may have set it, and not a flag.
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if err := flag.Instance(&a.Instance)(); err != nil {
				return fmt.Errorf("instance %q: %w", a.Instance, err)
			}
			return nil
		},
	}
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	registerGlobal(root.PersistentFlags(), a)
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(
		run.NewRunCommand(a),
		run.NewDownCommand(a),
		offline.NewDiffCommand(a),
		offline.NewSimulateCommand(a),
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
		offline.NewGraphCommand(a),
		cli.NewStatusCommand(a),
		cli.NewKubeconfigCommand(a),
		offline.NewValidateCommand(a),
		offline.NewExplainCommand(a),
		offline.NewSchemaCommand(a),
		cli.NewVersionCommand(a),
		cli.NewCompletionCommand(),
		run.NewConnectCommand(),
	)
	a.CompleteNamespaces(root)
	flag.HintUsage(root)
	flag.WrapHelp(root)
	return root
}

// registerGlobal adds the flags of every command.
func registerGlobal(flags *pflag.FlagSet, a *cli.App) {
	flags.StringVar(&a.Instance, "instance", cmp.Or(a.Getenv("RECONCILER_INSTANCE"), "default"),
		"`name` of the controller instance")
	flag.Constrain(flags, "instance", flag.Instance(&a.Instance))
	flags.StringVar(&a.Socket, "socket", a.Getenv("RECONCILER_SOCKET"),
		"`path` of the controller's socket; the default depends on the instance")
	flag.NameVariables(flags)
}
