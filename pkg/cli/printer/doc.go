// SPDX-License-Identifier: Apache-2.0

// Package printer writes API objects for people and scripts: tables, JSON, YAML,
// JSONPath, custom columns and descriptions. It reads nothing but its arguments.
// pkg/cli, pkg/cli/offline and pkg/daemon use it.
package printer
