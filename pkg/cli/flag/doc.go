// SPDX-License-Identifier: Apache-2.0

// Package flag adds to cobra and pflag what the commands share: checked values,
// values from the environment and a file, completions, wrapped help and usage
// errors. It defines no command and no flag of one. pkg/cli, its subpackages and
// cmd/reconciler use it.
package flag
