// SPDX-License-Identifier: Apache-2.0

// Command reconciler keeps the containers, networks and volumes of one engine as
// a directory of manifests describes them, and tells how they are. This package
// holds one file for each subcommand and what they share; whatever outlives a
// command line belongs in pkg.
package main
