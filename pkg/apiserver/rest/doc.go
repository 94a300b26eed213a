// SPDX-License-Identifier: Apache-2.0

// Package rest reads requests and writes responses in the form of the Kubernetes
// API: errors as a metav1.Status with a code and a reason, values as JSON. It does
// not know resources or paths. All packages below pkg/apiserver use it.
package rest
