// SPDX-License-Identifier: Apache-2.0

// Package run holds the commands that are a controller: run, down, and the
// hidden command that a controller runs inside the namespaces of a container. It
// turns flags into daemon.Settings and leaves the work to pkg/daemon.
// cmd/reconciler calls it.
package run
