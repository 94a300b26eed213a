// SPDX-License-Identifier: Apache-2.0

// Package manifest turns a directory of manifests, or a single file, into the
// desired state and keeps watching it. What it reads becomes a spec.Set through
// a pure step of its memory: the last good version of what is broken now, and
// the delay before what vanished is believed to be gone. It must not know the
// engine nor act on anything; the command runs a Source for the controller, and
// reads manifests through it for validate and diff.
package manifest
