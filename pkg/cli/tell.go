// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// tell prints a line for each change of an object's state, and the whole table
// when everything has become Ready for the first time, until ctx ends.
func (a *App) tell(ctx context.Context, s *stack, exit onExit) error {
	started := a.Now()
	said := map[spec.Key]string{}
	complete, first := false, true
	fmt.Fprintf(a.Stdout, "Reconciling. Ask in another terminal: %s get, describe NAME, events%s\n", program(), a.instanceFlag())
	return followStore(ctx, s.store, func(change status.Change) {
		if change.Report == nil {
			return
		}
		a.tellState(change, said)
		// What nobody declares may be the last to become Ready, untold.
		sum := s.controller.Summary()
		done := sum.Synced && sum.Objects > 0 && sum.Ready == sum.Objects && s.invalid() == 0
		switch {
		case done && !complete && first:
			fmt.Fprintf(a.Stdout, "\nAll %d objects are Ready after %s. Ctrl-C stops the controller%s.\n\n",
				sum.Objects, a.Now().Sub(started).Round(100*time.Millisecond), exit.promise())
			a.table(s)
			fmt.Fprintln(a.Stdout)
			first = false
		case done && !complete:
			fmt.Fprintf(a.Stdout, "%s  All %d objects are Ready again.\n", a.Now().Format(time.TimeOnly), sum.Objects)
		}
		complete = done
	})
}

// tellState prints the state of an object, when it is another than said: of those
// that are or were declared, and of all containers.
func (a *App) tellState(change status.Change, said map[spec.Key]string) {
	k := change.Report.Key
	_, known := said[k]
	if change.Report.Object.Implied() && !known && k.Kind != spec.KindManifest && k.Kind != spec.KindContainer {
		return
	}
	line := stateLine(*change.Report, change.Type == status.Deleted)
	if line != said[k] {
		said[k] = line
		fmt.Fprintf(a.Stdout, "%s  %-32s %s\n", a.Now().Format(time.TimeOnly), k, line)
	}
}

// followStore calls say for each report there is and for each change after that, until
// ctx ends. What was missed because it came too fast is made up for by the
// reports as they are then.
func followStore(ctx context.Context, store *status.Store, say func(status.Change)) error {
	for {
		reports, version := store.List()
		for _, r := range reports {
			say(status.Change{Type: status.Modified, Report: &r})
		}
		if err := follow(ctx, store.Watch(version), say); !errors.Is(err, status.ErrExpired) {
			return err
		}
	}
}

// follow calls say for each change until the watch or ctx ends.
func follow(ctx context.Context, watch *status.Watch, say func(status.Change)) error {
	for {
		change, err := watch.Next(ctx)
		if err != nil {
			return err
		}
		say(change)
	}
}

// stateLine is an object's state in a few words.
func stateLine(r status.Report, gone bool) string {
	if gone {
		return goneLine(r)
	}
	ready := condition.Find(r.Status.Conditions, condition.Ready)
	accepted := condition.Find(r.Status.Conditions, condition.Accepted)
	switch {
	case accepted != nil && accepted.Status != "True":
		return accepted.Reason + ": " + accepted.Message
	case ready == nil:
		return r.Status.Phase
	case ready.Status == "True":
		return "Ready"
	}
	line := r.Status.Phase
	if ready.Reason != line {
		line += ": " + ready.Reason
	}
	if first, _, _ := strings.Cut(ready.Message, "\n"); first != "" {
		line += ": " + first
	}
	return line
}

// goneLine says what became of an object that is shown no more: what is not ours
// to remove, or is retained, is still there.
func goneLine(r status.Report) string {
	switch o := r.Object; {
	case o.External():
		return "no manifest declares it any more; it is left alone"
	case o.Volume != nil && o.Volume.DeletionPolicy == spec.Retain:
		return "no manifest declares it any more; it stays, with its data"
	}
	return "gone"
}

func isReady(r status.Report) bool {
	return condition.IsTrue(r.Status.Conditions, condition.Ready)
}

// table prints every object as `reconciler get` does.
func (a *App) table(s *stack) {
	var groups []group
	reports, _ := s.store.List()
	for _, kind := range shownKinds() {
		g := group{kind: kind}
		for _, r := range reports {
			if r.Key.Kind == kind && r.Status.Phase != string(plan.PhaseDeleting) {
				g.objects = append(g.objects, kube.ObjectOf(r))
			}
		}
		groups = append(groups, g)
	}
	p := objectPrinter{table: tablePrinter{out: a.Stdout}, now: a.Now, namespaces: true, kinds: true}
	_ = p.groups(groups, false)
}

// farewell says what stays behind and how to be rid of it.
func (a *App) farewell(s *stack) {
	var running []string
	reports, _ := s.store.List()
	for _, r := range reports {
		c := condition.Find(r.Status.Conditions, condition.Running)
		if r.Key.Kind == spec.KindContainer && c != nil && c.Status == "True" && c.Reason != string(condition.ReasonCompleted) {
			running = append(running, r.Status.EngineName)
		}
	}
	switch {
	case !s.cache.State().Connected:
		fmt.Fprintln(a.Stdout, "\nThe controller has stopped; the engine did not answer, so what runs there is not known.")
		return
	case len(running) == 0:
		fmt.Fprintln(a.Stdout, "\nThe controller has stopped; no container of it runs.")
		return
	}
	fmt.Fprintf(a.Stdout, "\nThe controller has stopped; what it started goes on running:\n  %s\n"+
		"Run it again to take them up as they are, or remove them with:\n  %s down%s\n",
		strings.Join(running, ", "), program(), a.instanceFlag())
}

// program is how this program was called, for commands that a user may copy.
func program() string { return cmp.Or(os.Args[0], "reconciler") }

// instanceFlag is the flag that a further command needs to mean this instance.
func (a *App) instanceFlag() string {
	if a.Instance == "default" {
		return ""
	}
	return " --instance " + a.Instance
}
