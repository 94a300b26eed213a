// SPDX-License-Identifier: Apache-2.0

package flag_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
)

func TestWrap(t *testing.T) {
	for name, row := range map[string]struct{ text, indent, want string }{
		"breaks at spaces":              {"one two three", "", "one two\nthree"},
		"keeps a word that is too long": {"a-very-long-word", "", "a-very-long-word"},
		"keeps line breaks":             {"one\n\ntwo", "", "one\n\ntwo"},
		"keeps code":                    {"  run --once --view none", "", "  run --once --view none"},
		"indents the following lines":   {"  one two three", "    ", "  one two\n    three"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := flag.Wrap(row.text, 9, row.indent); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestUsages(t *testing.T) {
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	flags.StringP("namespace", "n", "default", "`name` of the namespace")
	flags.Bool("once", false, "exit after one pass")
	flags.String("a-name-that-needs-a-line-of-its-own", "", "empty means none")
	flags.Int("hidden", 0, "not shown")
	if err := flags.MarkHidden("hidden"); err != nil {
		t.Fatal(err)
	}
	flag.NameVariables(flags, "once")
	want := `      --a-name-that-needs-a-line-of-its-own string
                        empty means none
  -n, --namespace name  name of the namespace
                        (default "default")
      --once            exit after one pass
                        ($RECONCILER_ONCE)
`
	if diff := cmp.Diff(want, flag.Usages(flags, 46)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
