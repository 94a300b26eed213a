// SPDX-License-Identifier: Apache-2.0

// Command shape measures the Go code below cmd, pkg and hack and fails when it
// exceeds the limits of this project: the length of files and functions, the
// documented share of the exported names, the packages without a doc.go and the
// methods of one type. It also reports the most methods that a type has together
// with the types that it embeds, without a limit. Tests, generated files and
// testdata are not measured. It only parses the code and never changes it.
// `make shape` runs it.
package main
