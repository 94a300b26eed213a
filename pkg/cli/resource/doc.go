// SPDX-License-Identifier: Apache-2.0

// Package resource parses and formats the names of kinds and objects as users
// write them, for example ct/app. It does not look up objects. pkg/cli
// and its subpackages use it.
package resource
