// SPDX-License-Identifier: Apache-2.0

// Package graph computes properties of directed graphs with comparable nodes. It
// must not have side effects and does not depend on other packages. Package plan
// uses it to find cycles in the declared edges and in the edges in the labels of
// engine objects.
package graph
