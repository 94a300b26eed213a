// SPDX-License-Identifier: Apache-2.0

// Command words finds idioms that this project does not use, in the comments,
// strings and function names of Go files and in Markdown, YAML, shell and txtar
// files, and prints the position and a better wording of each. idioms.txt has the
// list. A line that needs an idiom, for example to quote an engine, is exempt if
// it, or the line before it, has a comment "words:allow" followed by the reason.
// The command exits with 1 if it found anything, unless -report is set. It never
// changes a file. `make lint` runs it.
package main
