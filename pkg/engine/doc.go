// SPDX-License-Identifier: Apache-2.0

// Package engine is what a container engine is to the controller: the objects
// it holds, the calls it takes, the events it tells and the errors it gives. It
// knows no particular engine: the adapters below it (docker, memory) translate,
// and one conformance suite (enginetest) holds them to the same behaviour. Plan
// reads its values, the actuator and the observer make its calls.
package engine
