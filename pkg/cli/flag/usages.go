// SPDX-License-Identifier: Apache-2.0

package flag

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// maxFlagColumn is the widest column for the names of flags. The description of
// a flag with a longer name begins on the next line.
const maxFlagColumn = 32

// Usages lists flags with their descriptions, wrapped to width columns.
func Usages(flags *pflag.FlagSet, width int) string {
	column := 0
	flags.VisitAll(func(f *pflag.Flag) {
		if n := len(heading(f)) + 2; !f.Hidden && n <= maxFlagColumn {
			column = max(column, n)
		}
	})
	var b strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name, indent := heading(f), strings.Repeat(" ", column)
		if len(name)+2 > column {
			b.WriteString(name + "\n")
			name = ""
		}
		fmt.Fprintln(&b, strings.Join(wrapLine(fmt.Sprintf("%-*s", column, name), describe(f), width, indent), "\n"))
	})
	return b.String()
}

// heading returns a flag with its shorthand and the name of its value.
func heading(f *pflag.Flag) string {
	text := "      --" + f.Name
	if f.Shorthand != "" {
		text = "  -" + f.Shorthand + ", --" + f.Name
	}
	if value, _ := pflag.UnquoteUsage(f); value != "" {
		text += " " + value
	}
	return text
}

// describe returns the description of a flag with its default and its
// environment variable.
func describe(f *pflag.Flag) string {
	_, text := pflag.UnquoteUsage(f)
	var notes []string
	switch f.DefValue {
	case "", "0", "0s", "false", "[]":
	default:
		value := f.DefValue
		if f.Value.Type() == "string" {
			value = strconv.Quote(value)
		}
		notes = append(notes, "default "+value)
	}
	notes = append(notes, f.Annotations[variableAnnotation]...)
	if len(notes) > 0 {
		text += " (" + strings.Join(notes, ", ") + ")"
	}
	return text
}
