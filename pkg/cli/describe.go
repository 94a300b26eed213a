// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// NewDescribeCommand returns the command `reconciler describe`.
func NewDescribeCommand(a *App) *cobra.Command {
	var s Scope
	var tail int
	cmd := &cobra.Command{
		Use:   "describe KIND/NAME.. | NAME.. | KIND",
		Short: "Show an object in detail, with the cause of its state",
		Long: "Show an object in detail: its spec, its conditions, the root cause when it is not ready, its dependencies " +
			"and dependents, its events, and the last lines of its log.\n\n" + namespaceHelp,
		Example:           "  reconciler describe app\n  reconciler describe net/backend -n shop",
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.describe(cmd.Context(), s, tail, args)
		},
	}
	s.register(cmd.Flags())
	cmd.Flags().IntVar(&tail, "tail", 10, "number of log `lines` to show")
	return cmd
}

func (a *App) describe(ctx context.Context, s Scope, tail int, args []string) error {
	t, err := resource.ParseTarget(args)
	if err != nil {
		return err
	}
	c := a.Client()
	groups, err := s.find(ctx, c, t)
	if err != nil {
		return err
	}
	objects := objectsOf(groups)
	if len(objects) == 0 {
		fmt.Fprintln(a.Stderr, s.NoneFound())
		return nil
	}
	ready, err := readiness(ctx, c)
	if err != nil {
		return err
	}
	for i, o := range objects {
		if i > 0 {
			fmt.Fprint(a.Stdout, "\n\n")
		}
		d := printer.Description{Out: a.Stdout, States: ready, Now: a.Now, Flags: a.InstanceFlag()}
		d.Object(o, eventsOf(ctx, c, o.Key()))
		if o.Kind == string(v1alpha1.KindContainer) && o.Status.ContainerID != "" {
			text, err := c.Logs(ctx, o.Key(), tail)
			d.Log(text, err)
		}
	}
	return nil
}

// readiness returns the state of every object in one word, by "Kind/namespace/name".
func readiness(ctx context.Context, c *client.Client) (map[string]string, error) {
	out := map[string]string{}
	for _, kind := range resource.Kinds() {
		list, err := c.List(ctx, kind, client.Selection{})
		if err != nil {
			return nil, err
		}
		for _, o := range list.Items {
			out[o.Key().String()] = printer.StateWord(o)
		}
	}
	return out, nil
}
