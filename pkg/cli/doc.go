// SPDX-License-Identifier: Apache-2.0

// Package cli holds the commands of the reconciler program, one file each, and
// what they share. cmd/reconciler assembles them.
package cli
