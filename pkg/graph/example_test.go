// SPDX-License-Identifier: Apache-2.0

package graph_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/graph"
)

// needs holds the targets of each node's edges.
var needs = map[string][]string{
	"app":   {"db", "cache"},
	"cache": {"store"},
	"store": {"cache"},
	"db":    nil,
}

func targets(node string) []string { return needs[node] }

func ExampleComponents() {
	component := graph.Components([]string{"app", "cache", "db", "store"}, targets)
	fmt.Println("cache and store:", component["cache"] == component["store"])
	fmt.Println("app and db:", component["app"] == component["db"])
	// Output:
	// cache and store: true
	// app and db: false
}

func ExampleReach() {
	reached := graph.Reach([]string{"cache"}, targets)
	fmt.Println(slices.Sorted(maps.Keys(reached)))
	// Output: [cache store]
}

func ExampleCycle() {
	fmt.Println(graph.Cycle("cache", targets))
	fmt.Println(graph.Cycle("app", targets))
	// Output:
	// [cache store cache]
	// []
}
