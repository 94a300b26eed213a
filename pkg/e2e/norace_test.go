// SPDX-License-Identifier: Apache-2.0

//go:build e2e && !race

package e2e

// raceEnabled has the program under test built as the tests are.
const raceEnabled = false
