// SPDX-License-Identifier: Apache-2.0

// Package spec defines the manifest types, the Key that identifies an object, the
// Edge that orders two objects, and the Set of all objects that a directory of
// manifests declares. It decodes, defaults, validates and hashes manifests, and
// generates their schemas and reference. It must not read files, call an engine or
// use the clock: callers pass bytes and receive values. Every other package
// imports it.
package spec
