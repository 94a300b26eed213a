// SPDX-License-Identifier: Apache-2.0

// Package e2e proves the product as a user has it: the real binary, built with
// the race detector, over a directory of manifests and a real engine, judged by
// what the engine says and what the other commands print. Its tests have the
// build tag e2e; `make e2e` runs them.
//
// Each test has a rig of its own: an instance, a namespace of the same name, a
// directory, a socket. What a test leaves is removed by `down`, and what happened
// is kept for a test that failed: the controller's log, its objects, the engine's
// containers and events.
package e2e
