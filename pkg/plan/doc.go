// SPDX-License-Identifier: Apache-2.0

// Package plan decides. From a World (what is desired, what is observed, what
// happened before, what time it is) Decide says for one resource what to do now
// and what blocks it, Conditions says what is true of it and why, and Backoff
// says when it may start again. It is pure: no clock, no I/O, no randomness, no
// change to its input; equal worlds give equal answers. The controller, diff and
// simulate share it, and differ only in whether the actions are carried out.
package plan
