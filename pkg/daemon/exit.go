// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// exitLimit bounds the time to stop or remove everything.
const exitLimit = 10 * time.Minute

// applyOnExit applies OnExit after the controller has ended: it stops or removes the
// containers. A second interrupt ends it early.
func (d *Daemon) applyOnExit(ctx context.Context) error {
	set, known := d.stack.controller.Desired()
	if d.OnExit == Keep || !known {
		return nil
	}
	ctx, stop := signal.NotifyContext(context.WithoutCancel(ctx), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, exitLimit)
	defer cancel()
	out := d.Program.Stdout
	if d.view.quiet {
		out = io.Discard
	}
	if _, err := d.stack.engine.Info(ctx); err != nil {
		return fmt.Errorf("--on-exit %s: %w", d.OnExit, err)
	}
	doing := map[OnExit]string{Stop: "Stopping", Remove: "Removing"}[d.OnExit]
	fmt.Fprintf(out, "\nThe controller has stopped. %s the containers; press Ctrl-C again to leave the others running.\n", doing)
	s := d.Settings
	s.HoldsFile, s.Subscriptions, s.SampleInterval = "", nil, 0
	s.Prune = plan.Prune{Off: d.OnExit == Stop, All: d.OnExit == Remove} // withheld deletions were not approved
	k := newStack(d.stack.engine, s, d.log)
	if d.OnExit == Remove {
		return removeAll(ctx, k, out, d.Program.Stderr)
	}
	return stopAll(ctx, k, set, d.stack.store, out)
}

// stopAll stops every container that is not suspended, in the reverse of their
// start order. It keeps no holds, so the next controller starts them again.
func stopAll(ctx context.Context, k *stack, set spec.Set, before *status.Store, out io.Writer) error {
	k.controller.SetDesired(set)
	for _, key := range set.Keys() {
		command := plan.CommandStop
		if r, _ := before.Get(key); condition.IsTrue(r.Status.Conditions, condition.Suspended) {
			command = plan.CommandSuspend
		}
		if key.Kind != spec.KindContainer && command == plan.CommandStop {
			continue
		}
		if err := k.controller.Submit(key, command); err != nil {
			return err
		}
	}
	running := map[spec.Key]bool{}
	return settle(ctx, k, func(change status.Change) {
		if change.Report == nil || change.Report.Key.Kind != spec.KindContainer {
			return
		}
		key, runs := change.Report.Key, condition.IsTrue(change.Report.Status.Conditions, condition.Running)
		if running[key] && !runs {
			fmt.Fprintf(out, "%s stopped\n", key)
		}
		running[key] = runs
	})
}
