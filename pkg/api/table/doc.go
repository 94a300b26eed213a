// SPDX-License-Identifier: Apache-2.0

// Package table renders objects and events as a metav1.Table: the columns that
// kubectl and the command line print. It formats cells and nothing else: it does
// not select, sort or print. The API server and the printers of the command line
// call it.
package table
