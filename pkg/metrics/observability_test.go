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

// TestObservabilityUsesMetricsThatExist holds the dashboard and the rules to the
// metrics that there are.
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
			t.Errorf("%s uses none", name)
		}
		for _, m := range used {
			if !strings.Contains(known, "`"+m+"`") && !strings.Contains(known, "`"+suffix.ReplaceAllString(m, "")+"` | histogram") {
				t.Errorf("%s: there is no metric %s", name, m)
			}
		}
	}
}

// panel is what counts of a panel of a dashboard.
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

// TestDashboard finds each panel complete, in a place of its own, and asking the
// data source that was chosen.
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
			t.Errorf("panel %d %q: no title, or the title or number of another", p.ID, p.Title)
		}
		ids[p.ID], titles[p.Title] = true, true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other, taken := cells[[2]int{x, y}]; taken || x >= 24 {
					t.Fatalf("panel %q lies over %q, or beyond the edge", p.Title, other)
				}
				cells[[2]int{x, y}] = p.Title
			}
		}
		if p.Type != "row" {
			requireAsks(t, p)
		}
	}
}

func requireAsks(t *testing.T, p panel) {
	t.Helper()
	if len(p.Targets) == 0 || p.Datasource.UID != "${datasource}" {
		t.Errorf("panel %q asks nothing, or a data source of its own", p.Title)
	}
	for _, target := range p.Targets {
		if !strings.Contains(target.Expr, `instance="$instance"`) || target.Datasource.UID != "${datasource}" {
			t.Errorf("panel %q: %s asks about every controller, or another data source", p.Title, target.Expr)
		}
	}
}
