// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"bytes"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// describeObject returns the text of `reconciler describe`, without the log.
func (d *Daemon) describeObject(k spec.Key) string {
	report, found := d.stack.store.Get(k)
	if !found {
		return k.String() + " no longer exists"
	}
	reports, _ := d.stack.store.List()
	states := map[string]string{}
	for _, r := range reports {
		states[r.Key.String()] = printer.StateWord(kube.ObjectOf(r))
	}
	var events []v1alpha1.Event
	all, _ := d.stack.store.Events()
	for _, e := range all {
		if e.Key == k {
			events = append(events, kube.EventOf(e))
		}
	}
	var text bytes.Buffer
	p := printer.Description{Out: &text, States: states, Now: d.Program.Now, Flags: d.Program.Flags}
	p.Object(kube.ObjectOf(report), events)
	return text.String()
}

// printTable prints every object as `reconciler get` does.
func (d *Daemon) printTable() {
	var groups []printer.Group
	reports, _ := d.stack.store.List()
	for _, kind := range resource.Kinds() {
		g := printer.Group{Kind: kind}
		for _, r := range reports {
			if r.Key.Kind == kind && r.Status.Phase != string(plan.PhaseDeleting) {
				g.Objects = append(g.Objects, kube.ObjectOf(r))
			}
		}
		groups = append(groups, g)
	}
	p := printer.Objects{Table: printer.Table{Out: d.Program.Stdout}, Now: d.Program.Now, Namespaces: true, Kinds: true}
	_ = p.Groups(groups, false)
}
