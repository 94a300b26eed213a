// SPDX-License-Identifier: Apache-2.0

package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/pact-toolbox/reconciler/pkg/graph"
)

func next(edges map[string][]string) func(string) []string {
	return func(n string) []string { return edges[n] }
}

func TestComponents(t *testing.T) {
	edges := map[string][]string{"a": {"b"}, "b": {"c", "x"}, "c": {"a"}, "d": {"a", "gone"}, "x": {"x"}}
	got := graph.Components([]string{"a", "b", "c", "d", "x"}, next(edges))
	if got["a"] != got["b"] || got["b"] != got["c"] {
		t.Errorf("a, b and c are one cycle: %v", got)
	}
	if got["d"] == got["a"] || got["x"] == got["a"] || got["d"] == got["x"] {
		t.Errorf("d and x stand alone: %v", got)
	}
	if _, ok := got["gone"]; ok {
		t.Errorf("a node that was not given has a component: %v", got)
	}
}

func TestCycle(t *testing.T) {
	edges := map[string][]string{"a": {"b", "c"}, "b": {"d"}, "c": {"a"}, "d": {"a"}, "e": {"a"}, "s": {"s"}}
	for name, tc := range map[string]struct {
		start string
		want  []string
	}{
		"the shortest is spelled out": {"a", []string{"a", "c", "a"}},
		"a node that needs itself":    {"s", []string{"s", "s"}},
		"leading into one is not in":  {"e", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, graph.Cycle(tc.start, next(edges))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Two nodes share a component exactly when each reaches the other.
func TestComponentsAgreeWithReach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "nodes")
		nodes := make([]int, n)
		edges := make([][]int, n)
		for i := range nodes {
			nodes[i] = i
			edges[i] = rapid.SliceOfN(rapid.IntRange(0, n-1), 0, 3).Draw(t, "edges")
		}
		next := func(i int) []int { return edges[i] }
		got := graph.Components(nodes, next)
		for a := range nodes {
			for b := range nodes {
				mutual := graph.Reach([]int{a}, next)[b] && graph.Reach([]int{b}, next)[a]
				if mutual != (got[a] == got[b]) {
					t.Fatalf("%d and %d: mutual %v, components %v", a, b, mutual, got)
				}
			}
		}
	})
}
