// SPDX-License-Identifier: Apache-2.0

package flag

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// The widths of help in columns.
const (
	helpWidth    = 80  // where the output is not a terminal
	maxHelpWidth = 120 // longer lines are hard to read
)

// WrapHelp makes root and its subcommands print help and usage that fit the
// terminal; 80 columns where the output is not a terminal.
func WrapHelp(root *cobra.Command) {
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		out := cmd.OutOrStdout()
		_, _ = io.WriteString(out, Help(cmd, widthOf(out)))
	})
	root.SetUsageFunc(func(cmd *cobra.Command) error {
		out := cmd.OutOrStderr()
		_, err := io.WriteString(out, usage(cmd, widthOf(out)))
		return err
	})
}

// widthOf returns the width for help that is written to out.
func widthOf(out io.Writer) int {
	if f, ok := out.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return min(width, maxHelpWidth)
		}
	}
	return helpWidth
}

// Help returns the help of a command, wrapped to width columns.
func Help(cmd *cobra.Command, width int) string {
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	return Wrap(text, width, "") + "\n\n" + usage(cmd, width)
}

// usage returns the part of the help below the description.
func usage(cmd *cobra.Command, width int) string {
	cmd.InitDefaultHelpFlag()
	var b strings.Builder
	section := func(title, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%s:\n%s\n\n", title, strings.TrimRight(text, "\n"))
		}
	}
	section("Usage", Wrap("  "+useLine(cmd), width, "      "))
	if len(cmd.Aliases) > 0 {
		section("Aliases", "  "+cmd.NameAndAliases())
	}
	section("Examples", cmd.Example)
	section("Commands", commands(cmd, width))
	section("Flags", Usages(cmd.LocalFlags(), width))
	section("Global flags", Usages(cmd.InheritedFlags(), width))
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "Use `%s COMMAND --help` for more about a command.\n", cmd.CommandPath())
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// useLine returns the usage of a command in one line.
func useLine(cmd *cobra.Command) string {
	if cmd.HasAvailableSubCommands() {
		return cmd.CommandPath() + " COMMAND"
	}
	return cmd.UseLine()
}

// commands lists the subcommands.
func commands(cmd *cobra.Command, width int) string {
	var b strings.Builder
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			line := fmt.Sprintf("  %-*s ", cmd.NamePadding(), c.Name())
			b.WriteString(Wrap(line+c.Short, width, strings.Repeat(" ", len(line))) + "\n")
		}
	}
	return b.String()
}

// Wrap breaks the lines of text at spaces so that they fit width columns. Lines
// after a break begin with indent. Lines that begin with two spaces are code and
// keep their spaces.
func Wrap(text string, width int, indent string) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		lead := line[:len(line)-len(strings.TrimLeft(line, " "))]
		if lead != "" && indent == "" {
			out = append(out, line)
			continue
		}
		out = append(out, wrapLine(lead, strings.TrimLeft(line, " "), width, indent)...)
	}
	return strings.Join(out, "\n")
}

func wrapLine(line, text string, width int, indent string) (out []string) {
	empty := true
	for word := range strings.SplitSeq(text, " ") {
		switch {
		case empty:
			line += word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			out = append(out, line)
			line = indent + word
		default:
			line += " " + word
		}
		empty = false
	}
	return append(out, line)
}
