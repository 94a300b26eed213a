// SPDX-License-Identifier: Apache-2.0

// Command reconciler keeps the containers, networks and volumes of one engine in
// the state that a directory of manifests describes, and shows the state of each
// object. This package assembles the commands of pkg/cli and its subpackages; its
// tests run the whole command tree.
package main
