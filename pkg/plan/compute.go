// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"strings"
	"time"
)

// Plan holds the decisions for every key of a world.
type Plan struct {
	// Decisions are sorted by key. Decisions with nothing to do are left out.
	Decisions []Decision
}

// Compute decides for every key.
func Compute(w World) Plan {
	var p Plan
	for _, k := range w.Keys() {
		if d := Decide(w, k); !d.Idle() || d.RequeueAfter > 0 {
			p.Decisions = append(p.Decisions, d)
		}
	}
	return p
}

// Empty reports whether there is nothing to do and nothing to wait for.
func (p Plan) Empty() bool { return len(p.Decisions) == 0 }

// Actions returns the actions of all decisions, in the order of the decisions.
func (p Plan) Actions() []Action {
	var all []Action
	for _, d := range p.Decisions {
		all = append(all, d.Actions...)
	}
	return all
}

// String returns a line for each key, followed by indented lines for its actions,
// its blockers and the time of the next decision.
func (p Plan) String() string {
	var b strings.Builder
	for _, d := range p.Decisions {
		b.WriteString(d.Key.String())
		b.WriteByte('\n')
		for _, a := range d.Actions {
			fmt.Fprintf(&b, "  %s\n", a)
		}
		for _, bl := range d.Blocked {
			fmt.Fprintf(&b, "  %s\n", bl)
		}
		if d.RequeueAfter > 0 {
			fmt.Fprintf(&b, "  requeue after %s\n", d.RequeueAfter.Round(time.Millisecond))
		}
	}
	return b.String()
}

// String returns "verb object (Reason)", followed by the detail if there is one.
func (a Action) String() string {
	s := string(a.Verb)
	switch {
	case a.Verb == Pull:
		s += " " + a.Object.Container.ImageReference()
	case a.Verb == Create:
		s += " " + a.Object.EngineName()
		if a.Temporary {
			s += " under a temporary name"
		}
	case a.Verb == Start && a.Target.IsZero():
		s += " " + a.Object.EngineName()
	default:
		s += " " + a.Target.String()
	}
	switch a.Verb {
	case Rename:
		s += " to " + a.Name
	case Stop:
		s += " within " + a.Grace.String()
	case Connect:
		s += " to " + a.Attachment.Network
	case Disconnect:
		s += " from " + a.Attachment.Network
	}
	s += " (" + string(a.Reason) + ")"
	if a.Detail != "" {
		s += ": " + a.Detail
	}
	return s
}

// String returns "waits: Reason: message", or "stalled: Reason: message" if a user
// has to change something.
func (b Blocker) String() string {
	word := "waits"
	if b.Stalls {
		word = "stalled"
	}
	return fmt.Sprintf("%s: %s: %s", word, b.Reason, b.Message)
}
