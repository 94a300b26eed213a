// SPDX-License-Identifier: Apache-2.0

// Package editor changes the manifest files of one directory that a user marked
// writable: one object at a time, checked before it is written, in one step, and
// keeping what was written around it. It touches no file that lies outside, is
// not the user's own or is at fault, and knows nothing of what becomes of a
// manifest. The API writes by it.
package editor
