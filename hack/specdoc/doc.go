// SPDX-License-Identifier: Apache-2.0

// Command specdoc generates files from the types of pkg/spec and their comments.
// "specdoc comments" writes the comments as Go code, which the command and the
// API use in explanations and schemas. "specdoc pages", compiled after that,
// writes the schemas and the manifest reference in docs. It must not be imported
// by the binary. "go generate ./pkg/spec" runs it, and a test fails if its output
// is out of date.
package main
