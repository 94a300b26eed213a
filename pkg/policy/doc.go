// SPDX-License-Identifier: Apache-2.0

// Package policy says what manifests may ask of the host. Dev lets them ask
// for all that the engine can do; baseline keeps the host out of their reach;
// restricted wants containers that could not do harm if they tried. What a
// profile denies is a fault of the manifest, with its place and a way out: the
// manifest is not accepted, and what runs stays as it was.
//
// It follows the Pod Security Standards of Kubernetes, for what the Docker
// engine has.
package policy
