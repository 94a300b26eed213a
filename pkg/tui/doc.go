// SPDX-License-Identifier: Apache-2.0

// Package tui is the interactive view of the terminal: a table of all objects that
// is updated in place, and panes with the log and the description of an object. It
// reads only the status store, and acts only through the functions in its Options.
// `reconciler run` shows it if standard output is a terminal.
package tui
