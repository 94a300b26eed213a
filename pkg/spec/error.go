// SPDX-License-Identifier: Apache-2.0

package spec

import "strings"

// Error is one fault in one place of a manifest.
type Error struct {
	// Position is where the fault is.
	Position Position
	// Path is the field, such as "spec.ports[0].host"; empty for a fault of the
	// document.
	Path string
	// Message says what was found and what was expected.
	Message string
	// Hint is the way out; may be empty.
	Hint string
	// Denied reports that the field is valid, and that the policy does not allow it.
	Denied bool
}

// Error is "file:line:column: path: message (hint)".
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

// Errors is every fault of a manifest, in the order of their positions.
type Errors []Error

// Error joins the faults, one a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}
