// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"strings"
)

// Until says how far the target of an edge must have come before the object
// that declares the edge may start.
type Until string

// The values of Until, weakest first.
const (
	// UntilStarted: the target exists and, for a container, runs.
	UntilStarted Until = "started"
	// UntilReady: the target's Ready condition is true. The default.
	UntilReady Until = "ready"
	// UntilHealthy: the target runs and its health check passes.
	UntilHealthy Until = "healthy"
	// UntilCompleted: the target ran to its end with exit code 0.
	UntilCompleted Until = "completed"
)

// Edge says that the object which carries it needs another one.
type Edge struct {
	// To is the resource needed.
	To Key
	// Until is how far To must have come; empty means UntilReady.
	Until Until
	// Structural marks a binding (network, volume) to the very incarnation of
	// To: it must be absent before To can be removed or replaced.
	Structural bool
	// Restart has the object restarted when To was replaced.
	Restart bool
	// Optional lets the object start when To is not declared or has failed.
	Optional bool
}

// EncodeEdges writes edges in the form of the edges label: sorted as given,
// "Kind/namespace/name:until" separated by commas, with a trailing "!" on
// structural edges, "+" on those that pass restarts on, and "?" on optional ones.
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

// DecodeEdges reads what EncodeEdges wrote. An entry that cannot be read is an
// error; the entries before it are returned with it.
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
			return edges, fmt.Errorf("edge %q: want Kind/namespace/name:until", part)
		}
		key, err := ParseKey(name)
		if err != nil {
			return edges, fmt.Errorf("edge %q: %w", part, err)
		}
		e.To, e.Until = key, Until(until)
		edges = append(edges, e)
	}
	return edges, nil
}
