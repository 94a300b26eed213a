// SPDX-License-Identifier: Apache-2.0

// Package graph answers questions about directed graphs of comparable nodes. It
// is pure and knows nothing of resources. Plan uses it to find cycles in what is
// declared and in the edges stamped on engine objects.
package graph
