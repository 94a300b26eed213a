// SPDX-License-Identifier: Apache-2.0

package metrics_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the table of docs/metrics.md")

const (
	docsPath = "../../docs/metrics.md"
	begin    = "<!-- table: go test ./pkg/metrics -update -->\n"
	end      = "<!-- end of table -->\n"
)

// table returns the documentation table of all metrics.
func table(t *testing.T) string {
	t.Helper()
	registry, _ := recorded()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := "| Metric | Type | Labels | Description |\n|---|---|---|---|\n"
	for _, f := range families {
		if !strings.HasPrefix(f.GetName(), "reconciler_") {
			continue
		}
		labels := map[string]bool{}
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = true
			}
		}
		var names []string
		for l := range labels {
			names = append(names, "`"+l+"`")
		}
		slices.Sort(names)
		out += fmt.Sprintf("| `%s` | %s | %s | %s |\n", f.GetName(), strings.ToLower(f.GetType().String()), strings.Join(names, " "), f.GetHelp())
	}
	return out
}

func TestEveryMetricIsDocumented(t *testing.T) {
	text, err := os.ReadFile(docsPath)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	documented, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no markers for the table", docsPath)
	}
	if *update {
		if err := os.WriteFile(docsPath, []byte(before+begin+table(t)+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(table(t), documented); diff != "" {
		t.Errorf("run go test ./pkg/metrics -update: %s", diff)
	}
}
