// SPDX-License-Identifier: Apache-2.0

package flag

import "github.com/spf13/cobra"

// Complete makes the shell complete the values of a flag.
func Complete(cmd *cobra.Command, flag string, values ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}
