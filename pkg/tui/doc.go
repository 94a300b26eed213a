// SPDX-License-Identifier: Apache-2.0

// Package tui shows on a terminal how a controller's objects are: a table that
// redraws in place, and behind keys the log and the description of each object.
// It reads the status store alone, and acts only by what it was given to ask
// with. `reconciler run` uses it where its output is a terminal.
package tui
