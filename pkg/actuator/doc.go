// SPDX-License-Identifier: Apache-2.0

// Package actuator carries out one action of a plan at the engine. It does not
// decide what to do, does not retry, and keeps no state. Every action has a
// timeout, and carrying it out twice does no harm. Most actions are one engine
// call. A start may be three, because it finds the container by its name when the
// plan has no ID, verifies that it belongs to the object, and copies files into it
// first. A creation adds the labels of the owner. The controller and the
// simulation call it.
package actuator
