// SPDX-License-Identifier: Apache-2.0

package flag

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// FromEnvironment sets flags that the command line does not set from their
// environment variables, for example --prune-delay from RECONCILER_PRUNE_DELAY.
// It sets the named flags only; all flags of the command, including inherited
// ones, when there are no names.
func FromEnvironment(cmd *cobra.Command, getenv func(string) string, names ...string) error {
	var errs []error
	visit(cmd.Flags(), names, func(f *pflag.Flag) {
		value := getenv(variable(f))
		if f.Changed || value == "" {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", variable(f), err))
		}
	})
	return errors.Join(errs...)
}

// variableAnnotation holds the environment variable of a flag for its help.
const variableAnnotation = "reconciler.dev/variable"

// NameVariables makes the help of each named flag show its environment variable;
// of every flag when there are no names.
func NameVariables(flags *pflag.FlagSet, names ...string) {
	visit(flags, names, func(f *pflag.Flag) { _ = flags.SetAnnotation(f.Name, variableAnnotation, []string{"$" + variable(f)}) })
}

// visit calls handle for the named flags; for all when there are no names.
func visit(flags *pflag.FlagSet, names []string, handle func(*pflag.Flag)) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" && (len(names) == 0 || slices.Contains(names, f.Name)) {
			handle(f)
		}
	})
}

// variable returns the name of the environment variable of a flag.
func variable(f *pflag.Flag) string {
	return "RECONCILER_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
}
