// SPDX-License-Identifier: Apache-2.0

// Package spec is the vocabulary of desired state: the manifest types, the Key
// that names a resource, the Edge that orders two of them, and the Set that a
// directory of manifests amounts to. It decodes, defaults, validates and hashes
// manifests. It must not read files, talk to an engine or know the time: callers
// hand it bytes and take back values. Every other package imports it.
package spec
