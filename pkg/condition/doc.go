// SPDX-License-Identifier: Apache-2.0

// Package condition is the vocabulary of status: the condition types, the
// reasons, and how conditions are set and summarised by the Kubernetes API's
// conventions. It is pure and knows nothing of engines or manifests. Plan
// computes conditions with it; everything that shows them reads them.
package condition
