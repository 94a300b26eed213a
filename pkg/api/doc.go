// SPDX-License-Identifier: Apache-2.0

// Package api serves the status store over HTTP in the forms of the Kubernetes
// API: discovery, lists, Tables, watches and Status errors. It only reads, and
// decides nothing. The command's run starts it on a unix socket, pkg/client
// speaks to it, and both take the types and the one Table encoder from here.
package api
