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
		Short: "Approve the deletions held back by the prune guard",
		Long: "Approve the deletions held back by the prune guard. When more than --prune-guard percent of the containers, " +
			"and more than three, lose their manifests at once, the controller deletes none of them without approval. " +
			"The approval covers the objects withheld now: `reconciler status` shows their number and `reconciler get -A` " +
			"shows them as PruneWithheld. An object whose manifest returns needs no approval.",
		Example: "  reconciler get -A\n  reconciler approve",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.approve(cmd.Context()) },
	}
}

// approve approves the objects that the status lists as withheld. Objects withheld
// later were not shown to the user and are not approved.
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
		fmt.Fprintln(a.Stderr, "no deletions are withheld")
	}
	return nil
}
