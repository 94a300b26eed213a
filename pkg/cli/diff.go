// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/hold"
	"github.com/pact-toolbox/reconciler/pkg/manifest"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// NewDiffCommand returns the command `reconciler diff`.
func NewDiffCommand(a *App) *cobra.Command {
	var f engineFlags
	var opts manifest.Options
	var prune plan.Prune
	var output string
	cmd := &cobra.Command{
		Use:   "diff [DIR]",
		Short: "Show what the controller would do now, and why",
		Long: "Show what a controller over DIR would do now, and why. No controller has to run, and nothing is changed.\n" +
			"Exit code 0: nothing is to be done; 1: something is; 2: it cannot be told.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(output, formatJSON, formatYAML); err != nil {
				return &ExitError{Code: 2, Err: err}
			}
			dir, err := directory(cmd, args)
			if err != nil {
				return &ExitError{Code: 2, Err: err}
			}
			p, err := a.diff(cmd.Context(), dir, opts, prune, f)
			if err == nil {
				err = a.printPlan(p, output)
			}
			switch {
			case err != nil:
				return &ExitError{Code: 2, Err: err}
			case p.Empty():
				return nil
			}
			return &ExitError{Code: 1}
		},
	}
	f.register(cmd.Flags())
	registerManifests(cmd.Flags(), &opts)
	registerPrune(cmd.Flags(), &prune)
	cmd.Flags().StringVarP(&output, "output", "o", "", "json or yaml, or nothing for text")
	return cmd
}

// diff is the plan for the manifests as they are and the engine as it is.
func (a *App) diff(ctx context.Context, dir string, opts manifest.Options, prune plan.Prune, f engineFlags) (plan.Plan, error) {
	set, err := a.load(ctx, dir, opts)
	if err != nil {
		return plan.Plan{}, err
	}
	e, closeEngine, err := f.open(slog.New(slog.DiscardHandler))
	if err != nil {
		return plan.Plan{}, err
	}
	defer closeEngine()
	observed, err := e.List(ctx)
	if err != nil {
		return plan.Plan{}, err
	}
	held, err := hold.Read(a.holdsPath(f))
	if err != nil {
		return plan.Plan{}, err
	}
	w := plan.NewWorld(plan.Input{Settings: plan.Settings{Instance: a.Instance, Prune: prune}, Desired: set, Observed: observed, History: held, Now: a.Now()})
	return plan.Compute(w), nil
}

// load reads a directory of manifests once; faults are printed and are an error.
func (a *App) load(ctx context.Context, dir string, opts manifest.Options) (spec.Set, error) {
	source := manifest.New(dir, opts)
	set := source.Load(ctx)
	if err := source.Err(); err != nil {
		return set, err
	}
	for _, p := range set.Problems {
		_, _ = io.WriteString(a.Stderr, p.Error.Error()+"\n")
	}
	if n := len(set.Problems); n > 0 {
		return set, fmt.Errorf("%d faults in the manifests of %s", n, dir)
	}
	return set, nil
}
