// SPDX-License-Identifier: Apache-2.0

// Package serve serves an http.Handler on a unix socket that only its owner can
// use, and over TCP with TLS and a bearer token. It does not know what the handler
// serves, with the exception of the path of the access data. pkg/daemon calls it.
package serve
