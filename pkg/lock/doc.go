// SPDX-License-Identifier: Apache-2.0

// Package lock prevents a second controller of an instance at the same engine. It
// locks one file and writes the process ID of the holder into it; the caller
// chooses the path. The daemon acquires the lock before it starts a controller.
package lock
