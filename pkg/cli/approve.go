// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
)

// NewApproveCommand returns the command `reconciler approve`.
func NewApproveCommand(a *App) *cobra.Command {
	return &cobra.Command{
		Use:   "approve",
		Short: "Have removed what the prune guard keeps",
		Long: "Have removed what the prune guard keeps: when more than --prune-guard percent of the containers, and\n" +
			"more than three, lose their manifests at once, nothing of that is removed until this is said. It is\n" +
			"for what is kept now; `reconciler status` tells how much that is, and `reconciler get -A` shows it\n" +
			"as PruneWithheld. What gets its manifest back needs no approval.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.approve(cmd.Context()) },
	}
}

// approve approves what the controller says it withholds, and no more than that:
// what would be withheld since then was not seen.
func (a *App) approve(ctx context.Context) error {
	c := a.Client()
	s, err := c.Status(ctx)
	if err != nil {
		return err
	}
	approved, err := c.Approve(ctx, s.Withheld)
	if err != nil {
		return err
	}
	for _, text := range approved {
		k, err := v1alpha1.ParseKey(text)
		if err != nil {
			return err
		}
		fmt.Fprintln(a.Stdout, resource.FullName(k), "approved")
	}
	if len(approved) == 0 {
		fmt.Fprintln(a.Stderr, "nothing is withheld")
	}
	return nil
}
