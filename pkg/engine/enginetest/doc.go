// SPDX-License-Identifier: Apache-2.0

// Package enginetest holds the adapters of engines to one behaviour: what the
// in-memory engine passes, a real one passes too, so that what is tested on the
// former holds on the latter. Tests of adapters call Run with a Harness; it asks
// nothing of an engine but the interface, and expects other users on it.
package enginetest
