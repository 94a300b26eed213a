// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli"
	cliflag "github.com/pact-toolbox/reconciler/pkg/cli/flag"
)

var update = flag.Bool("update", false, "write docs/cli.md")

// TestDocs compares docs/cli.md with the help of the commands.
func TestDocs(t *testing.T) {
	a := cli.NewApp(strings.NewReader(""), t.Output(), t.Output())
	a.Getenv = func(string) string { return "" }
	got := reference(newRootCommand(a))
	const file = "../../docs/cli.md"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("docs/cli.md is stale, run `go test ./cmd/reconciler -run TestDocs -update` (-want +got):\n%s", diff)
	}
}

// shown returns the commands that are not hidden.
func shown(root *cobra.Command) []*cobra.Command {
	return slices.DeleteFunc(slices.Clone(root.Commands()), func(c *cobra.Command) bool { return c.Hidden })
}

// reference returns the page of all commands.
func reference(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("# The command line\n\n<!-- Generated from the help of the commands by " +
		"`go test ./cmd/reconciler -run TestDocs -update`; do not edit. -->\n\n" + root.Long + "\n\n" +
		"Exit codes are the exit codes of kubectl: 0 for success, 1 for a failure, and 2 for an error of `diff`. " +
		"Colours and the live table are used on terminals only, and `NO_COLOR` is honoured.\n\n")
	for _, cmd := range shown(root) {
		fmt.Fprintf(&b, "- [`%s`](#%s): %s\n", cmd.Name(), cmd.Name(), cmd.Short)
	}
	fmt.Fprintf(&b, "\nFlags of every command:\n\n```\n%s```\n", cliflag.Usages(root.PersistentFlags(), 80))
	for _, cmd := range shown(root) {
		cmd.InitDefaultHelpFlag()
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n```\n%s\n```\n", cmd.Name(), paragraphs(cmd), cmd.UseLine())
		if cmd.Example != "" {
			fmt.Fprintf(&b, "\nExamples:\n\n```sh\n%s\n```\n", unindented(cmd.Example))
		}
		fmt.Fprintf(&b, "\nFlags:\n\n```\n%s```\n", cliflag.Usages(cmd.NonInheritedFlags(), 80))
	}
	return b.String()
}

// paragraphs returns the description of a command.
func paragraphs(cmd *cobra.Command) string {
	if cmd.Long == "" {
		return cmd.Short + "."
	}
	return cmd.Long
}

func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}
	return strings.Join(lines, "\n")
}
