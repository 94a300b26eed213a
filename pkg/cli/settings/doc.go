// SPDX-License-Identifier: Apache-2.0

// Package settings registers the flags that set daemon.Settings and its parts.
// It parses and checks values and has no effects. The commands of pkg/cli/run
// and pkg/cli/offline use it.
package settings
