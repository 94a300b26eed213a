// SPDX-License-Identifier: Apache-2.0

// Package enginetest verifies that implementations of engine.Engine behave alike.
// The in-memory engine and real engines pass the same suite, so that results of
// tests on the former are valid for the latter. The tests of an implementation
// call Run with a Harness. The suite uses nothing but the interface, and tolerates
// other users of the engine.
package enginetest
