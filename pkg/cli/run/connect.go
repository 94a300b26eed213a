// SPDX-License-Identifier: Apache-2.0

package run

import (
	"errors"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli"
	"github.com/pact-toolbox/reconciler/pkg/probe"
)

// NewConnectCommand returns the hidden command that a controller runs inside the
// namespaces of a container to probe a port.
func NewConnectCommand() *cobra.Command {
	return &cobra.Command{
		Use:     probe.ConnectCommand + " ADDRESS",
		Short:   "Connect to an address and disconnect",
		Example: "  reconciler " + probe.ConnectCommand + " 127.0.0.1:80",
		Hidden:  true,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			err := probe.Connect(cmd.Context(), args[0])
			if errors.Is(err, syscall.ECONNREFUSED) {
				return &cli.ExitError{Code: probe.ExitRefused, Err: err}
			}
			return err
		},
	}
}
