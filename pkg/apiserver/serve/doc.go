// SPDX-License-Identifier: Apache-2.0

// Package serve serves an http.Handler on a unix socket that only its owner can
// use, and over TCP with TLS and a bearer token. It does not depend on the handler,
// and adds only the path of the access data. pkg/daemon calls it.
package serve
