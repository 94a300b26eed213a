// SPDX-License-Identifier: Apache-2.0

// Package api shows the status store over HTTP in the manner of the Kubernetes
// API: its paths, lists, watches, tables and Status errors, read only. It also
// holds the types that a client decodes. It decides and changes nothing. The run
// command serves it on a unix socket; the client commands and kubectl read it.
package api
