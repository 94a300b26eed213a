// SPDX-License-Identifier: Apache-2.0

// Package condition holds the vocabulary of the status: the condition types, the
// reasons and their hints, messages that several packages use, and functions that
// set and find conditions by the conventions of the Kubernetes API. It must not
// have side effects, and does not depend on engines or manifests. Package plan
// computes conditions with it; the status, the API and the clients read them.
package condition
