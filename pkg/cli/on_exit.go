// SPDX-License-Identifier: Apache-2.0

package cli

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

// onExit is what becomes of what runs when the controller stops.
type onExit string

const (
	exitKeep   onExit = "keep"
	exitStop   onExit = "stop"
	exitRemove onExit = "remove"
)

// promise says what becomes of the containers, after "stops the controller".
func (o onExit) promise() string {
	switch o {
	case exitStop:
		return " and the containers"
	case exitRemove:
		return " and removes the containers"
	}
	return "; the containers stay"
}

// exitLimit is how long stopping or removing everything may take.
const exitLimit = 10 * time.Minute

// leave stops or removes what the controller started, which has ended. A second
// interrupt ends it early.
func (a *App) leave(ctx context.Context, was *stack, opts stackOptions, v *view) error {
	set, known := was.controller.Desired()
	if v.exit == exitKeep || !known {
		return nil
	}
	ctx, stop := signal.NotifyContext(context.WithoutCancel(ctx), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, exitLimit)
	defer cancel()
	teller := *a
	if v.quiet {
		teller.Stdout = io.Discard
	}
	if _, err := was.engine.Info(ctx); err != nil {
		return fmt.Errorf("--on-exit %s: %w", v.exit, err)
	}
	fmt.Fprintln(teller.Stdout, "\nThe controller has stopped, and ends what it started; another Ctrl-C leaves the rest running.")
	opts.holds, opts.subscriptions, opts.sampling = "", nil, sampling{}
	opts.prune = plan.Prune{Off: v.exit == exitStop} // what is withheld was not asked about
	s := newStack(was.engine, opts)
	if v.exit == exitRemove {
		return teller.removeAll(ctx, s)
	}
	return teller.stopAll(ctx, s, set, was.store)
}

// stopAll stops every container that is not suspended, in the reverse of their
// start order. It keeps no hold: the next controller starts them again.
func (a *App) stopAll(ctx context.Context, s *stack, set spec.Set, before *status.Store) error {
	s.controller.SetDesired(set)
	for _, k := range set.Keys() {
		command := plan.CommandStop
		if r, _ := before.Get(k); condition.IsTrue(r.Status.Conditions, condition.Suspended) {
			command = plan.CommandSuspend
		}
		if k.Kind != spec.KindContainer && command == plan.CommandStop {
			continue
		}
		if err := s.controller.Submit(k, command); err != nil {
			return err
		}
	}
	ran := map[spec.Key]bool{}
	return settle(ctx, s, func(change status.Change) {
		if change.Report == nil || change.Report.Key.Kind != spec.KindContainer {
			return
		}
		k, runs := change.Report.Key, condition.IsTrue(change.Report.Status.Conditions, condition.Running)
		if ran[k] && !runs {
			fmt.Fprintf(a.Stdout, "%s stopped\n", k)
		}
		ran[k] = runs
	})
}
