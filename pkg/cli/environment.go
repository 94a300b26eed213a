// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// FromEnvironment sets the flags of a command that the command line does not
// from RECONCILER_ variables: --prune-delay from RECONCILER_PRUNE_DELAY.
func (a *App) FromEnvironment(cmd *cobra.Command) error {
	var errs []error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := variable(f)
		value := a.Getenv(name)
		if f.Changed || value == "" || f.Name == "help" {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	})
	return errors.Join(errs...)
}

// variable is the environment variable of a flag.
func variable(f *pflag.Flag) string {
	return "RECONCILER_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
}

// NameVariables has the help of each flag name its variable.
func NameVariables(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) { f.Usage += " ($" + variable(f) + ")" })
}
