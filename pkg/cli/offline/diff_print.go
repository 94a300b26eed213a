// SPDX-License-Identifier: Apache-2.0

package offline

import (
	"fmt"
	"io"

	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// plannedObject is the changes of one object.
type plannedObject struct {
	Object  string          `json:"object"`
	Actions []plannedAction `json:"actions,omitempty"`
	// Blocked lists what further changes wait for.
	Blocked []plannedWait `json:"blocked,omitempty"`
	// After is the time until the next reconciliation, for example "1m0s"; empty when
	// it depends on an event.
	After string `json:"after,omitempty"`
}

type plannedAction struct {
	Verb   string `json:"verb"`
	Target string `json:"target,omitempty"`
	Reason string `json:"reason"`
}

type plannedWait struct {
	Object  string `json:"object"`
	Reason  string `json:"reason"`
	Message string `json:"message,omitempty"`
}

// printPlan prints a plan. As text, an empty plan prints nothing.
func printPlan(out io.Writer, p plan.Plan, output string) error {
	if output == "" {
		if !p.Empty() {
			fmt.Fprint(out, p)
		}
		return nil
	}
	objects := []plannedObject{}
	for _, d := range p.Decisions {
		objects = append(objects, planned(d))
	}
	return printer.Encode(out, output, struct {
		Objects []plannedObject `json:"objects"`
	}{objects})
}

func planned(d plan.Decision) plannedObject {
	out := plannedObject{Object: d.Key.String()}
	for _, act := range d.Actions {
		target := ""
		if act.Target.Value != "" {
			target = act.Target.String()
		}
		out.Actions = append(out.Actions, plannedAction{string(act.Verb), target, string(act.Reason)})
	}
	for _, b := range d.Blocked {
		out.Blocked = append(out.Blocked, plannedWait{b.Key.String(), string(b.Reason), b.Message})
	}
	if d.RequeueAfter > 0 {
		out.After = d.RequeueAfter.String()
	}
	return out
}
