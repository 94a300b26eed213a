// SPDX-License-Identifier: Apache-2.0

// Package flag extends cobra and pflag with checked values, values from the
// environment and from a file, completions, wrapped help and usage errors. It
// defines no command. pkg/cli, its subpackages and cmd/reconciler use it.
package flag
