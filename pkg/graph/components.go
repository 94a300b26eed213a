// SPDX-License-Identifier: Apache-2.0

package graph

// Components returns the number of the strongly connected component of each node.
// Two nodes have the same number if each can be reached from the other. next
// returns the targets of a node's edges; targets that are not in nodes are
// ignored. The numbers depend only on the order of nodes and of next.
func Components[K comparable](nodes []K, next func(K) []K) map[K]int {
	t := tarjan[K]{
		next:      next,
		known:     make(map[K]bool, len(nodes)),
		index:     make(map[K]int, len(nodes)),
		low:       make(map[K]int, len(nodes)),
		component: make(map[K]int, len(nodes)),
	}
	for _, n := range nodes {
		t.known[n] = true
	}
	for _, n := range nodes {
		if _, seen := t.index[n]; !seen {
			t.visit(n)
		}
	}
	return t.component
}

// tarjan is the state of Tarjan's algorithm.
type tarjan[K comparable] struct {
	next      func(K) []K
	known     map[K]bool
	index     map[K]int
	low       map[K]int
	stack     []K
	component map[K]int
	found     int
}

func (t *tarjan[K]) visit(n K) {
	t.index[n] = len(t.index)
	t.low[n] = t.index[n]
	t.stack = append(t.stack, n)
	for _, m := range t.next(n) {
		if !t.known[m] {
			continue
		}
		if _, seen := t.index[m]; !seen {
			t.visit(m)
			t.low[n] = min(t.low[n], t.low[m])
		} else if _, done := t.component[m]; !done {
			t.low[n] = min(t.low[n], t.index[m])
		}
	}
	if t.low[n] == t.index[n] {
		t.pop(n)
	}
}

// pop completes the component with the root n.
func (t *tarjan[K]) pop(n K) {
	for {
		last := len(t.stack) - 1
		m := t.stack[last]
		t.stack = t.stack[:last]
		t.component[m] = t.found
		if m == n {
			t.found++
			return
		}
	}
}

// Cycle returns a shortest path along edges from start back to start, including
// both ends; nil if there is none.
func Cycle[K comparable](start K, next func(K) []K) []K {
	from := map[K]K{}
	queue := []K{start}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, m := range next(n) {
			if m == start {
				return unwind(start, n, from)
			}
			if _, seen := from[m]; !seen {
				from[m] = n
				queue = append(queue, m)
			}
		}
	}
	return nil
}

// unwind returns the path from start to last, followed by start.
func unwind[K comparable](start, last K, from map[K]K) []K {
	back := []K{start}
	for n := last; n != start; n = from[n] {
		back = append(back, n)
	}
	back = append(back, start)
	for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
		back[i], back[j] = back[j], back[i]
	}
	return back
}

// Reach returns every node that can be reached from the given nodes along edges,
// including the given nodes.
func Reach[K comparable](from []K, next func(K) []K) map[K]bool {
	seen := map[K]bool{}
	queue := append([]K(nil), from...)
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if seen[n] {
			continue
		}
		seen[n] = true
		queue = append(queue, next(n)...)
	}
	return seen
}
