// SPDX-License-Identifier: Apache-2.0

package main

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pact-toolbox/reconciler/pkg/cli"
	cliflag "github.com/pact-toolbox/reconciler/pkg/cli/flag"
)

// everyCommand returns root and all commands below it, including hidden ones.
func everyCommand(root *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{root}
	for _, cmd := range root.Commands() {
		all = append(all, everyCommand(cmd)...)
	}
	return all
}

// commandTree returns the command tree with an empty environment.
func commandTree(t *testing.T) *cobra.Command {
	a := cli.NewApp(strings.NewReader(""), t.Output(), t.Output())
	a.Getenv = func(string) string { return "" }
	return newRootCommand(a)
}

// clumsy matches flag descriptions that are neither an imperative nor a noun
// phrase without an article.
var clumsy = regexp.MustCompile(`^(a|an|the|how|what|where|which|only|all) |^[A-Z][a-z]|\.$`)

func TestClumsy(t *testing.T) {
	for usage, want := range map[string]bool{
		"the path of a file": true, "Path of a file": true, "path of a file.": true,
		"path of a file": false, `pattern \`: false,
	} {
		if got := clumsy.MatchString(usage); got != want {
			t.Errorf("%q: got %t", usage, got)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, cmd := range everyCommand(commandTree(t)) {
		t.Run(cmd.CommandPath(), func(t *testing.T) {
			for _, width := range []int{80, 100} {
				for line := range strings.SplitSeq(cliflag.Help(cmd, width), "\n") {
					if utf8.RuneCountInString(line) > width {
						t.Errorf("a line has more than %d columns: %q", width, line)
					}
				}
			}
			if !strings.HasPrefix(cmd.Example, "  reconciler ") && !strings.Contains(cmd.Example, "reconciler "+cmd.Name()) {
				t.Errorf("there is no example: %q", cmd.Example)
			}
			if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
				t.Errorf("want a short line without a full stop, not %q", cmd.Short)
			}
			if cmd.Args == nil && cmd.ValidArgsFunction == nil && cmd.Name() != "validate" {
				t.Error("arguments are neither checked nor completed")
			}
			cmd.Flags().VisitAll(func(f *pflag.Flag) {
				if _, usage := pflag.UnquoteUsage(f); clumsy.MatchString(usage) {
					t.Errorf("--%s: %q is neither an imperative nor a noun phrase", f.Name, usage)
				}
			})
		})
	}
}

// TestHelpIsWrapped compares the help that the program prints with the help for
// 80 columns, because the output of a test is not a terminal.
func TestHelpIsWrapped(t *testing.T) {
	root := commandTree(t)
	var out strings.Builder
	root.SetOut(&out)
	root.SetArgs([]string{"run", "--help"})
	if err := root.Execute(); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(out.String(), "\n") {
		if utf8.RuneCountInString(line) > 80 {
			t.Errorf("a line has more than 80 columns: %q", line)
		}
	}
}

// TestEnvironment sets the environment variables of all flags. They may set the
// flags of run; of other commands they may only set the flags that select the
// controller or the engine.
func TestEnvironment(t *testing.T) {
	selecting := map[string]bool{"engine": true, "host": true, "instance": true, "socket": true}
	values := map[string]string{"bool": "true", "int": "7", "float64": "7", "duration": "7m"}
	for _, name := range []string{"run", "down", "diff", "simulate", "validate", "graph", "get", "logs", "wait", "exec", "top", "kubeconfig"} {
		t.Run(name, func(t *testing.T) {
			root := commandTree(t)
			cmd, _, err := root.Find([]string{name})
			if err != nil {
				t.Fatal(err)
			}
			env := map[string]string{}
			cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
				variable := "RECONCILER_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
				if value, ok := values[f.Value.Type()]; ok && f.Name != "help" {
					env[variable] = value
				}
			})
			env["RECONCILER_HOST"], env["RECONCILER_OUTPUT"] = "tcp://example.org", "json"
			a := cli.NewApp(strings.NewReader(""), t.Output(), t.Output())
			a.Getenv = func(name string) string { return env[name] }
			cmd, _, err = newRootCommand(a).Find([]string{name})
			if err != nil {
				t.Fatal(err)
			}
			if cmd.PreRunE != nil {
				if err := cmd.PreRunE(cmd, nil); err != nil {
					t.Fatal(err)
				}
			}
			set := 0
			cmd.Flags().Visit(func(f *pflag.Flag) {
				set++
				if name != "run" && !selecting[f.Name] {
					t.Errorf("the environment set --%s to %s", f.Name, f.Value)
				}
			})
			if host := cmd.Flags().Lookup("host"); host != nil && host.Value.String() != "tcp://example.org" {
				t.Errorf("--host is %q", host.Value)
			}
			if name == "run" && set < 10 {
				t.Errorf("the environment set only %d flags", set)
			}
		})
	}
}
