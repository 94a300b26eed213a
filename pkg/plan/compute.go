// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"strings"
	"time"
)

// Plan is what is to be done for every key of a world now.
type Plan struct {
	// Decisions are sorted by key and leave out the idle ones.
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

// Empty reports that nothing is to be done and nothing is waited for.
func (p Plan) Empty() bool { return len(p.Decisions) == 0 }

// Actions are all the actions, in the order of the decisions.
func (p Plan) Actions() []Action {
	var all []Action
	for _, d := range p.Decisions {
		all = append(all, d.Actions...)
	}
	return all
}

// String is a line for each key, with its actions, what blocks it and when it
// is looked at again indented below it.
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

// String is "verb what (Reason)" with the detail behind it.
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

// String is "blocked by key: Reason: message", or "stalled" when waiting will
// not help.
func (b Blocker) String() string {
	word := "waits"
	if b.Stalls {
		word = "stalled"
	}
	return fmt.Sprintf("%s: %s: %s", word, b.Reason, b.Message)
}
