// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/pact-toolbox/reconciler/pkg/lock"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// NewDownCommand returns the command `reconciler down`.
func NewDownCommand(a *App) *cobra.Command {
	var f engineFlags
	var opts stackOptions
	var limit time.Duration
	cmd := &cobra.Command{
		Use:   "down",
		Short: "Remove everything the instance owns, in reverse order",
		Long: "Remove every container and network of the instance, in the reverse of their start order, and nothing\n" +
			"else. Volumes and their data stay unless --volumes is given.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), limit)
			defer cancel()
			return a.down(ctx, f, opts)
		},
	}
	flags := cmd.Flags()
	f.register(flags)
	flags.BoolVar(&opts.purge, "volumes", false, "remove the volumes too, with their data")
	flags.DurationVar(&opts.grace, "timeout", 0, "the time between stop signal and kill; 0 leaves it to the manifests")
	flags.DurationVar(&limit, "limit", 10*time.Minute, "give up after this time")
	Constrain(flags, "timeout", atLeast(&opts.grace, 0))
	Constrain(flags, "limit", atLeast(&limit, 0))
	return cmd
}

// down is a controller with nothing desired, run until nothing is left.
func (a *App) down(ctx context.Context, f engineFlags, opts stackOptions) error {
	held, err := a.lock(f)
	if errors.Is(err, lock.ErrLocked) {
		return fmt.Errorf("%w\nit would bring back what is removed: stop it first, with Ctrl-C where it runs", err)
	}
	if err != nil {
		return err
	}
	defer func() { _ = held.Release() }()
	opts.log = slog.New(slog.DiscardHandler)
	opts.version, opts.instance, opts.timeout = a.Version, a.Instance, f.timeout
	e, closeEngine, err := f.open(opts.log)
	if err != nil {
		return err
	}
	defer closeEngine()
	if _, err := e.Info(ctx); err != nil {
		return err
	}
	return a.removeAll(ctx, newStack(e, opts))
}

func (a *App) removeAll(ctx context.Context, s *stack) error {
	s.controller.SetDesired(spec.Set{Complete: true})
	err := settle(ctx, s, func(change status.Change) {
		if change.Event != nil && change.Event.Reason == "Removed" {
			fmt.Fprintf(a.Stdout, "%s removed\n", change.Event.Key)
		}
	})
	left, _ := s.store.List()
	for _, r := range left {
		fmt.Fprintf(a.Stderr, "%s is left: %s\n", r.Key, stateLine(r, false))
	}
	if len(left) > 0 && err == nil {
		return &ExitError{Code: 1}
	}
	return err
}

// settle runs the controller until nothing more will happen by itself, and tells
// of what changes.
func settle(ctx context.Context, s *stack, tell func(status.Change)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	_, version := s.store.List()
	watch := s.store.Watch(version)
	s.run(ctx, group)
	group.Go(func() error {
		defer cancel()
		return s.controller.WaitSettled(ctx)
	})
	group.Go(func() error {
		if err := follow(ctx, watch, tell); !errors.Is(err, status.ErrExpired) { // else it came too fast to be told
			return ended(ctx, err)
		}
		return nil
	})
	err := group.Wait()
	for { // what came last
		change, found, gone := watch.Ready()
		if !found || gone != nil {
			return err
		}
		tell(change)
	}
}
