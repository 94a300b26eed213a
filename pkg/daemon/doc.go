// SPDX-License-Identifier: Apache-2.0

// Package daemon assembles a controller with everything it needs: the engine,
// the observer, the manifest source, the API server and the live view. It is the
// only place that wires packages together and it makes no decision about an
// object. pkg/cli/run and pkg/cli/offline call it; programs may embed it.
package daemon
