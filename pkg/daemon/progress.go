// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// progress prints a line for each state change of an object.
type progress struct {
	*Daemon
	started time.Time
	// printed is the last line of each object.
	printed map[spec.Key]string
	// complete reports that every object was Ready after the last change, and
	// announced that this was printed before.
	complete, announced bool
}

// printProgress prints state changes until ctx ends, and the whole table when
// everything has become Ready for the first time.
func (d *Daemon) printProgress(ctx context.Context) error {
	p := &progress{Daemon: d, started: d.Program.Now(), printed: map[spec.Key]string{}}
	fmt.Fprintf(d.Program.Stdout, "Reconciling. For details, run in another terminal: %s get, describe NAME, events%s\n",
		d.Program.Command, d.Program.Flags)
	return followStore(ctx, d.stack.store, p.print)
}

func (p *progress) print(change status.Change) {
	if change.Report == nil {
		return
	}
	p.printState(change)
	// An implied object may be the last to become Ready; its line is not printed.
	sum, out := p.stack.controller.Summary(), p.Program.Stdout
	ready := sum.Synced && sum.Objects > 0 && sum.Ready == sum.Objects && p.stack.notReady() == 0
	switch {
	case ready && !p.complete && !p.announced:
		promise := p.OnExit.promise()
		if p.Engine.Kind == Memory && p.OnExit == Keep {
			promise = " and its in-memory engine"
		}
		fmt.Fprintf(out, "\nAll %d objects are Ready after %s. Ctrl-C stops the controller%s.\n\n",
			sum.Objects, p.Program.Now().Sub(p.started).Round(100*time.Millisecond), promise)
		p.printTable()
		fmt.Fprintln(out)
		p.announced = true
	case ready && !p.complete:
		fmt.Fprintf(out, "%s  All %d objects are Ready again.\n", p.Program.Now().Format(time.TimeOnly), sum.Objects)
	}
	p.complete = ready
}

// printState prints the state of an object when it differs from the last printed
// line. Implied objects other than containers are not printed.
func (p *progress) printState(change status.Change) {
	k := change.Report.Key
	_, known := p.printed[k]
	if change.Report.Object.Implied() && !known && k.Kind != spec.KindManifest && k.Kind != spec.KindContainer {
		return
	}
	line := stateLine(*change.Report, change.Type == status.Deleted)
	if line != p.printed[k] {
		p.printed[k] = line
		fmt.Fprintf(p.Program.Stdout, "%s  %-32s %s\n", p.Program.Now().Format(time.TimeOnly), k, line)
	}
}

// printFarewell prints which containers keep running and how to remove them.
func (d *Daemon) printFarewell() {
	var running []string
	reports, _ := d.stack.store.List()
	for _, r := range reports {
		if keepsRunning(r) {
			running = append(running, r.Status.EngineName)
		}
	}
	out := d.Program.Stdout
	switch {
	case !d.stack.cache.State().Connected:
		fmt.Fprintln(out, "\nThe controller has stopped. The engine did not answer; containers may still be running.")
		return
	case len(running) == 0:
		fmt.Fprintln(out, "\nThe controller has stopped. None of its containers is running.")
		return
	case d.Engine.Kind == Memory:
		fmt.Fprintf(out, "\nThe controller has stopped, and its in-memory engine with it. These containers\nare gone:\n  %s\n",
			strings.Join(running, ", "))
		return
	}
	fmt.Fprintf(out, "\nThe controller has stopped. These containers keep running:\n  %s\n"+
		"Run the controller again to manage them, or remove them with:\n  %s down%s\n",
		strings.Join(running, ", "), d.Program.Command, d.Program.Flags)
}

// followStore calls handle for each report and then for each change, until ctx
// ends. After changes were missed it calls handle for each report again.
func followStore(ctx context.Context, store *status.Store, handle func(status.Change)) error {
	for {
		reports, version := store.List()
		for _, r := range reports {
			handle(status.Change{Type: status.Modified, Report: &r})
		}
		if err := follow(ctx, store.Watch(version), handle); !errors.Is(err, status.ErrExpired) {
			return err
		}
	}
}

// follow calls handle for each change until the watch or ctx ends.
func follow(ctx context.Context, watch *status.Watch, handle func(status.Change)) error {
	for {
		change, err := watch.Next(ctx)
		if err != nil {
			return err
		}
		handle(change)
	}
}
