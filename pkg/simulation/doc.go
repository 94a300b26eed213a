// SPDX-License-Identifier: Apache-2.0

// Package simulation runs the controller's decisions on the in-memory engine in
// virtual time: a run of hours takes milliseconds and comes out the same every
// time. The simulate command tells its timeline to users; the tests of plan use
// it to play histories. It makes no decision of its own.
package simulation
