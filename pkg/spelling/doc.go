// SPDX-License-Identifier: Apache-2.0

// Package spelling suggests known names for misspelled ones. It is pure. pkg/spec
// uses it for fields of manifests and pkg/cli for names of objects.
package spelling
