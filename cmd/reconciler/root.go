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
		Short: "Keep containers in the state that manifests describe",
		Long: "reconciler keeps the containers, networks and volumes of one engine in the state that a directory of manifests " +
			"describes, and shows the state of each object with its cause.",
		Example:       "  reconciler run manifests\n  reconciler get\n  reconciler describe app",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          flag.UnknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		// The instance may come from the environment, which no flag has checked.
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
	root.AddCommand(cli.NewControlCommands(a)...)
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
