// SPDX-License-Identifier: Apache-2.0

// Package owner tells the controller's own engine objects from foreign ones. It
// writes the labels that every created object carries and reads them back with
// suspicion: labels alone prove nothing, because images made of our containers
// pass them on. It is pure. Plan and observer read with it, the actuator stamps
// with it.
package owner
