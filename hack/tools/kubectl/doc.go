// SPDX-License-Identifier: Apache-2.0

// Command kubectl is the unmodified kubectl of the Kubernetes release pinned in
// go.mod. The tests use it as a client of the API. hack/kubectl.sh builds it.
package main
