// SPDX-License-Identifier: Apache-2.0

// Package logtail follows the output of containers: over restarts and
// replacements, without repeating a line, and several containers in the order of
// time. It does not print and it does not watch objects; the caller passes their
// states. `reconciler logs` and the live view use it.
package logtail
