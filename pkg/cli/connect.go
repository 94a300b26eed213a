// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/probe"
)

// NewConnectCommand is what a controller runs of itself inside the namespaces of
// a container, to probe it.
func NewConnectCommand() *cobra.Command {
	return &cobra.Command{
		Use:    probe.ConnectCommand + " ADDRESS",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			err := probe.Connect(cmd.Context(), args[0])
			if errors.Is(err, syscall.ECONNREFUSED) {
				return &ExitError{Code: probe.ExitRefused, Err: err}
			}
			return err
		},
	}
}
