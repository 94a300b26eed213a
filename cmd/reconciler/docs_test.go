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

var update = flag.Bool("update", false, "write docs/cli.md anew")

// TestDocs holds docs/cli.md to what the commands say of themselves.
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

// TestHelp holds every command to what its help has to have.
func TestHelp(t *testing.T) {
	for _, cmd := range shown(newRootCommand(cli.NewApp(strings.NewReader(""), t.Output(), t.Output()))) {
		t.Run(cmd.Name(), func(t *testing.T) {
			if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
				t.Errorf("want a short line without a full stop, not %q", cmd.Short)
			}
			if cmd.Args == nil && cmd.ValidArgsFunction == nil && cmd.Name() != "validate" {
				t.Error("arguments are neither checked nor completed")
			}
		})
	}
}

// shown are the commands that are meant for people.
func shown(root *cobra.Command) []*cobra.Command {
	return slices.DeleteFunc(slices.Clone(root.Commands()), func(c *cobra.Command) bool { return c.Hidden })
}

// reference is the page of all commands.
func reference(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("# The command line\n\n<!-- Made from the help of the commands by " +
		"`go test ./cmd/reconciler -run TestDocs -update`: change that. -->\n\n" + root.Long + "\n\n" +
		"Exit codes are kubectl's: 0 when all is well, 1 when not, 2 for a `diff` that cannot be told. " +
		"Colour and the live table are for terminals alone, and `NO_COLOR` is honoured.\n\n")
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

// paragraphs are what a command says of itself; an indented line is code.
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
