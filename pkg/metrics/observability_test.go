// SPDX-License-Identifier: Apache-2.0

package metrics_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

const observability = "../../manifests/observability/_files/"

// TestObservabilityUsesMetricsThatExist verifies that the dashboard and the rules
// use only existing metrics.
func TestObservabilityUsesMetricsThatExist(t *testing.T) {
	known := table(t)
	word := regexp.MustCompile(`\breconciler_[a-z_]+`)
	suffix := regexp.MustCompile(`_(bucket|sum|count)$`)
	for _, name := range []string{"dashboard.json", "rules.yml", "rules_test.yml"} {
		text, err := os.ReadFile(observability + name)
		if err != nil {
			t.Fatal(err)
		}
		used := word.FindAllString(string(text), -1)
		if len(used) == 0 {
			t.Errorf("%s uses no metrics", name)
		}
		for _, m := range used {
			if !strings.Contains(known, "`"+m+"`") && !strings.Contains(known, "`"+suffix.ReplaceAllString(m, "")+"` | histogram") {
				t.Errorf("%s: there is no metric %s", name, m)
			}
		}
	}
}

// panel holds the checked fields of a dashboard panel.
type panel struct {
	ID          int
	Type, Title string
	GridPos     struct{ X, Y, W, H int }
	Datasource  struct{ UID string }
	Targets     []struct {
		Expr       string
		Datasource struct{ UID string }
	}
}

// TestDashboard verifies that each panel is complete, overlaps no other panel and
// queries the selected data source.
func TestDashboard(t *testing.T) {
	text, err := os.ReadFile(observability + "dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Title, UID string
		Templating struct{ List []struct{ Name string } }
		Panels     []panel
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	var variables []string
	for _, v := range dashboard.Templating.List {
		variables = append(variables, v.Name)
	}
	if dashboard.Title == "" || dashboard.UID == "" || strings.Join(variables, " ") != "datasource instance namespace" {
		t.Errorf("title %q, uid %q, variables %q", dashboard.Title, dashboard.UID, variables)
	}
	ids, titles, cells := map[int]bool{}, map[string]bool{}, map[[2]int]string{}
	for _, p := range dashboard.Panels {
		if p.Title == "" || ids[p.ID] || titles[p.Title] {
			t.Errorf("panel %d %q: missing or duplicate title or ID", p.ID, p.Title)
		}
		ids[p.ID], titles[p.Title] = true, true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other, taken := cells[[2]int{x, y}]; taken || x >= 24 {
					t.Fatalf("panel %q overlaps %q or the edge", p.Title, other)
				}
				cells[[2]int{x, y}] = p.Title
			}
		}
		if p.Type != "row" {
			checkQueries(t, p)
		}
	}
}

func checkQueries(t *testing.T, p panel) {
	t.Helper()
	if len(p.Targets) == 0 || p.Datasource.UID != "${datasource}" {
		t.Errorf("panel %q has no queries or uses a fixed data source", p.Title)
	}
	for _, target := range p.Targets {
		if !strings.Contains(target.Expr, `instance="$instance"`) || target.Datasource.UID != "${datasource}" {
			t.Errorf("panel %q: %s is not limited to the instance or uses another data source", p.Title, target.Expr)
		}
	}
}
