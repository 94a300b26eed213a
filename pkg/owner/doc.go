// SPDX-License-Identifier: Apache-2.0

// Package owner distinguishes the engine objects of the controller from foreign
// objects. It returns the labels for a new object, and reads the identity of an
// object from its labels. Labels alone do not prove ownership, because an image
// that was committed from a container of ours passes them on. The package must not
// have side effects. The actuator sets the labels; plan and observer read them.
package owner
