// SPDX-License-Identifier: Apache-2.0

// Package simulation carries out the decisions of package plan on the in-memory
// engine in virtual time: a run of hours takes milliseconds and always has the
// same result. It makes no decision of its own. The simulate command prints its
// timeline, and the tests of package plan use it to run histories.
package simulation
