// SPDX-License-Identifier: Apache-2.0

// Package editor changes manifest files in the one directory that the user made
// writable. It changes one object at a time, validates the result, replaces the
// file atomically, and keeps comments and formatting. It must not touch files
// outside the directory, files of other users or files with errors, and it does not
// wait until the controller has applied a change. The API server calls it.
package editor
