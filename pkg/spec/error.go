// SPDX-License-Identifier: Apache-2.0

package spec

import "strings"

// Error is one error in a manifest.
type Error struct {
	// Position is the position of the error.
	Position Position
	// Path is the field, such as "spec.ports[0].host"; empty for an error of the
	// document as a whole.
	Path string
	// Message describes the found and the expected value.
	Message string
	// Hint describes how to correct the error; it may be empty.
	Hint string
	// Denied reports that the field is valid but denied by the policy.
	Denied bool
}

// Error returns the error in the form "file:line:column: path: message (hint)".
func (e Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Position.String())
	b.WriteString(": ")
	if e.Path != "" {
		b.WriteString(e.Path)
		b.WriteString(": ")
	}
	b.WriteString(e.Message)
	if e.Hint != "" {
		b.WriteString(" (")
		b.WriteString(e.Hint)
		b.WriteString(")")
	}
	return b.String()
}

// Errors lists all errors of a manifest, sorted by position.
type Errors []Error

// Error returns the errors, one per line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}
