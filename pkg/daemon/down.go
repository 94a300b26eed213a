// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"github.com/pact-toolbox/reconciler/pkg/lock"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Down removes everything that the instance owns: it runs a controller without
// desired objects until nothing is left. Retained volumes remain unless Purge is
// set. It returns ErrIncomplete when objects remain.
func (d *Daemon) Down(ctx context.Context) error {
	held, err := d.acquireLock()
	if errors.Is(err, lock.ErrLocked) {
		return fmt.Errorf("%w\nits controller would create the containers again: stop it first, for example with Ctrl-C in its terminal", err)
	}
	if err != nil {
		return err
	}
	defer func() { _ = held.Release() }()
	log := slog.New(slog.DiscardHandler)
	e, closeEngine, err := d.Engine.Open(log)
	if err != nil {
		return err
	}
	defer closeEngine()
	if _, err := e.Info(ctx); err != nil {
		return err
	}
	s := d.Settings
	s.Prune.All = true
	return removeAll(ctx, newStack(e, s, log), d.Program.Stdout, d.Program.Stderr)
}

// removeAll removes everything that the instance owns and prints each removal.
func removeAll(ctx context.Context, k *stack, stdout, stderr io.Writer) error {
	k.controller.SetDesired(spec.Set{Complete: true})
	err := settle(ctx, k, func(change status.Change) {
		if change.Event != nil && change.Event.Reason == "Removed" {
			fmt.Fprintf(stdout, "%s removed\n", change.Event.Key)
		}
	})
	left, _ := k.store.List()
	for _, r := range left {
		fmt.Fprintf(stderr, "%s was not removed: %s\n", r.Key, stateLine(r, false))
	}
	if len(left) > 0 && err == nil {
		return ErrIncomplete
	}
	return err
}

// settle runs the controller until nothing more will change by itself, and calls
// handle for each change.
func settle(ctx context.Context, k *stack, handle func(status.Change)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	_, version := k.store.List()
	watch := k.store.Watch(version)
	k.run(ctx, group)
	group.Go(func() error {
		defer cancel()
		return k.controller.WaitSettled(ctx)
	})
	group.Go(func() error {
		// An expired watch has missed changes, which are only printed.
		if err := follow(ctx, watch, handle); !errors.Is(err, status.ErrExpired) {
			return ended(ctx, err)
		}
		return nil
	})
	err := group.Wait()
	for { // the changes since the last read
		change, found, gone := watch.Ready()
		if !found || gone != nil {
			return err
		}
		handle(change)
	}
}
