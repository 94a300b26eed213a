// SPDX-License-Identifier: Apache-2.0

// Package policy restricts what manifests may request of the host. The profile dev
// allows everything that the engine can do, baseline denies access to the host, and
// restricted also denies privileges that most containers do not need. The profiles
// follow the Pod Security Standards of Kubernetes. A denied field is an error of the
// manifest with a position and a hint: the manifest is not accepted, and the objects
// it declared before stay unchanged. The package must not change objects. Package
// manifest and the commands that read manifests call it.
package policy
