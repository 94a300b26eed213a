// SPDX-License-Identifier: Apache-2.0

// Package observer keeps the observed state: a cache of the engine's objects that
// is updated after events and repaired by periodic lists. An event only marks an
// object as dirty; the state of the object is then read from the engine. The
// package makes no decision and changes nothing at the engine. The controller
// subscribes to it, reads its snapshots and reconciles the keys that it reports.
// While the engine does not answer, the last snapshot is kept and marked as stale.
package observer
