// SPDX-License-Identifier: Apache-2.0

// Package lock keeps a second controller of an instance away from an engine. It
// locks one file and writes the process ID of its holder into it, and knows
// nothing of instances or engines. The daemon takes the lock before it starts a
// controller.
package lock
