// SPDX-License-Identifier: Apache-2.0

// Package manifest reads a directory of manifests, or a single file, and watches it
// for changes. Each scan results in a spec.Set, computed by a pure function from the
// scan and the previous state: it keeps the last valid version of files that have
// errors now, and delays the removal of objects that disappeared. It must not use
// the engine or act on objects. The daemon runs a Source for the controller, and the
// commands validate and diff read manifests with it.
package manifest
