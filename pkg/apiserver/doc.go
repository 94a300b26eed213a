// SPDX-License-Identifier: Apache-2.0

// Package apiserver serves the reports and events of a status.Store over HTTP as
// the Kubernetes API does: the same paths, lists, watches, tables and Status
// errors, so that kubectl works. It makes no decisions and never calls the engine:
// writes go to manifest files through the Manifests option, and user commands to
// the controller. pkg/daemon builds the handler and serves it on a unix socket
// and, for kubectl, over TLS.
package apiserver
