// SPDX-License-Identifier: Apache-2.0

// Package cli holds the commands that ask a running controller, one file each,
// and the App that all commands share. It imports the wire types and the client,
// never the packages of the controller. cmd/reconciler calls it.
package cli
