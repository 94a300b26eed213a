// SPDX-License-Identifier: Apache-2.0

// Package client is the client of a running controller over its unix socket. It
// returns the types of pkg/api/v1alpha1, and errors that state what to do. It
// prints nothing and links no server code. The command line and the live view call
// it.
package client
