// SPDX-License-Identifier: Apache-2.0

// Package offline holds the commands that need no controller: validate, graph,
// simulate, diff, explain and schema. They change nothing; diff reads the engine and
// graph can read a controller. cmd/reconciler calls it.
package offline
