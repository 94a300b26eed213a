// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/manifest"
	"github.com/pact-toolbox/reconciler/pkg/simulation"
)

// NewSimulateCommand returns the command `reconciler simulate`.
func NewSimulateCommand(a *App) *cobra.Command {
	var opts manifest.Options
	var limit time.Duration
	var output string
	cmd := &cobra.Command{
		Use:   "simulate [DIR]",
		Short: "Tell the story of a start on the in-memory engine",
		Long: "Tell the story of a start from nothing, in virtual time, on an engine in memory that has every image and\n" +
			"where every health check passes, and every job that others wait for ends well. No engine is needed and\n" +
			"no container is made.\n" +
			"Exit code 0: everything became Ready; 1: something did not.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := directory(cmd, args)
			if err != nil {
				return err
			}
			return a.simulate(cmd.Context(), dir, opts, limit, output)
		},
	}
	registerManifests(cmd.Flags(), &opts)
	cmd.Flags().DurationVar(&limit, "limit", time.Hour, "how much virtual time to play at most")
	cmd.Flags().StringVarP(&output, "output", "o", "", "json prints an object for each line")
	return cmd
}

func (a *App) simulate(ctx context.Context, dir string, opts manifest.Options, limit time.Duration, output string) error {
	if err := checkFormat(output, formatJSON); err != nil {
		return err
	}
	set, err := a.load(ctx, dir, opts)
	if err != nil {
		return err
	}
	sim := simulation.New(a.Instance, time.Unix(0, 0), memory.Options{AnyImage: true})
	sim.Desired = set
	sim.Engine.SetJobs(func(labels map[string]string) bool { return simulation.IsJob(set, labels) })
	ready, err := sim.Tell(ctx, limit, a.sayEntry(output))
	if err != nil {
		return err
	}
	if !ready {
		return &ExitError{Code: 1}
	}
	return nil
}

// sayEntry prints what happens.
func (a *App) sayEntry(output string) func(simulation.Entry) {
	if output == "" {
		return func(e simulation.Entry) { fmt.Fprintln(a.Stdout, e) }
	}
	lines := json.NewEncoder(a.Stdout)
	return func(e simulation.Entry) {
		_ = lines.Encode(struct {
			Seconds float64 `json:"seconds"`
			Object  string  `json:"object"`
			Text    string  `json:"text"`
		}{e.At.Seconds(), e.Key.String(), e.Text})
	}
}
