// SPDX-License-Identifier: Apache-2.0

package offline

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/cli/settings"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/manifest"
	"github.com/pact-toolbox/reconciler/pkg/simulation"
)

// NewSimulateCommand returns the command `reconciler simulate`.
func NewSimulateCommand(a *cli.App) *cobra.Command {
	var opts manifest.Options
	var limit time.Duration
	var output string
	cmd := &cobra.Command{
		Use:   "simulate [DIR]",
		Short: "Simulate a cold start and print the timeline",
		Long: "Simulate a cold start on the in-memory engine and print the timeline in virtual time. Every image exists, every " +
			"health check passes, and every job that others depend on succeeds. It needs no engine and creates no container. " +
			"The exit code is 0 when every object became Ready, otherwise 1.",
		Example: "  reconciler simulate\n  reconciler simulate ~/shop --limit 10m",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := settings.Directory(cmd, args)
			if err != nil {
				return err
			}
			return simulate(cmd.Context(), a, dir, opts, limit, output)
		},
	}
	settings.RegisterManifests(cmd, &opts)
	cmd.Flags().DurationVar(&limit, "limit", time.Hour, "maximum virtual time")
	cmd.Flags().StringVarP(&output, "output", "o", "", "output `format`: json prints an object per line")
	flag.Complete(cmd, "output", "json")
	return cmd
}

func simulate(ctx context.Context, a *cli.App, dir string, opts manifest.Options, limit time.Duration, output string) error {
	if err := printer.CheckFormat(output, printer.FormatJSON); err != nil {
		return err
	}
	set, err := load(ctx, a, dir, opts)
	if err != nil {
		return err
	}
	sim := simulation.New(a.Instance, time.Unix(0, 0), memory.Options{AnyImage: true})
	sim.Desired = set
	sim.Engine.SetJobs(func(labels map[string]string) bool { return simulation.IsJob(set, labels) })
	ready, err := sim.Run(ctx, limit, entryPrinter(a.Stdout, output))
	if err != nil {
		return err
	}
	if !ready {
		return &cli.ExitError{Code: 1}
	}
	return nil
}

// entryPrinter returns a function that prints the entries of the timeline.
func entryPrinter(out io.Writer, output string) func(simulation.Entry) {
	if output == "" {
		return func(e simulation.Entry) { fmt.Fprintln(out, e) }
	}
	lines := json.NewEncoder(out)
	return func(e simulation.Entry) {
		_ = lines.Encode(struct {
			Seconds float64 `json:"seconds"`
			Object  string  `json:"object"`
			Text    string  `json:"text"`
		}{e.At.Seconds(), e.Key.String(), e.Text})
	}
}
