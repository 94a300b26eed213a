// SPDX-License-Identifier: Apache-2.0

//go:build e2e && race

package e2e

// raceEnabled reports whether the tests, and so the program under test, are built
// with the race detector.
const raceEnabled = true
