// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"strings"
)

// Until is the condition that the target of an edge must meet before the object
// with the edge may start.
type Until string

// The values of Until, weakest first.
const (
	// UntilStarted means that the target exists and, if it is a container, runs.
	UntilStarted Until = "started"
	// UntilReady means that the Ready condition of the target is true. It is the
	// default.
	UntilReady Until = "ready"
	// UntilHealthy means that the target runs and its health check passes.
	UntilHealthy Until = "healthy"
	// UntilCompleted means that the target exited with code 0.
	UntilCompleted Until = "completed"
)

// Edge is the dependency of an object on another object.
type Edge struct {
	// To identifies the object depended on.
	To Key
	// Until is the condition that To must meet; empty means UntilReady.
	Until Until
	// Structural marks a binding to one incarnation of To, such as a network or
	// volume: the object must be removed before To can be removed or replaced.
	Structural bool
	// Restart restarts the object after To was replaced.
	Restart bool
	// Optional lets the object start if To is not declared or has failed.
	Optional bool
}

// EncodeEdges returns edges in the form of the edges label: entries
// "Kind/namespace/name:until" in the given order, separated by commas, with the
// suffixes "!" for structural, "+" for restarting and "?" for optional edges.
func EncodeEdges(edges []Edge) string {
	parts := make([]string, 0, len(edges))
	for _, e := range edges {
		s := e.To.String() + ":" + string(e.Until)
		if e.Structural {
			s += "!"
		}
		if e.Restart {
			s += "+"
		}
		if e.Optional {
			s += "?"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ",")
}

// DecodeEdges parses the form of EncodeEdges. At an invalid entry it returns the
// entries before it and an error.
func DecodeEdges(s string) ([]Edge, error) {
	if s == "" {
		return nil, nil
	}
	var edges []Edge
	for part := range strings.SplitSeq(s, ",") {
		e := Edge{}
		part, e.Optional = strings.CutSuffix(part, "?")
		part, e.Restart = strings.CutSuffix(part, "+")
		part, e.Structural = strings.CutSuffix(part, "!")
		name, until, found := strings.Cut(part, ":")
		if !found {
			return edges, fmt.Errorf("invalid edge %q: want Kind/namespace/name:until", part)
		}
		key, err := ParseKey(name)
		if err != nil {
			return edges, fmt.Errorf("invalid edge %q: %w", part, err)
		}
		e.To, e.Until = key, Until(until)
		edges = append(edges, e)
	}
	return edges, nil
}
