// SPDX-License-Identifier: Apache-2.0

// Package observer keeps the observed state: a cache of the engine's objects,
// held true by its events and repaired by periodic lists. An event only marks an
// object as dirty; what became of it is read from the engine. The observer
// decides nothing and changes nothing at the engine; it tells the controller
// which keys to look at. While the engine does not answer, the last snapshot is
// kept and marked as stale.
package observer
