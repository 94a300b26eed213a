// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/logging"
	"github.com/pact-toolbox/reconciler/pkg/manifest"
)

// ErrIncomplete reports that some objects are not Ready, or not removed. Their
// states have been printed.
var ErrIncomplete = errors.New("some objects are not in the desired state")

// Daemon runs a controller.
type Daemon struct {
	Settings
	// The fields below are set by Run.
	stack   *stack
	source  *manifest.Source
	view    *view
	log     *slog.Logger
	started time.Time
}

// New returns a daemon that is not running yet.
func New(s Settings) *Daemon { return &Daemon{Settings: s} }

// Run runs the controller until ctx ends, a part of it fails, the user quits the
// live view or, with Once, everything has settled; then it applies OnExit. It
// returns ErrIncomplete when Once ends with objects that are not Ready. Run may be
// called once.
func (d *Daemon) Run(ctx context.Context) error {
	var err error
	if d.view, err = newView(d.Settings); err != nil {
		return err
	}
	if d.log, err = d.newLogger(); err != nil {
		return err
	}
	if err := d.createState(); err != nil {
		return err
	}
	held, err := d.acquireLock()
	if err != nil {
		return err
	}
	defer func() { _ = held.Release() }()
	e, closeEngine, err := d.Engine.Open(d.log)
	if err != nil {
		return err
	}
	defer closeEngine()
	d.HoldsFile = d.holdsFile()
	d.Manifests.Logger = logging.Of(d.log, "manifest")
	d.source = manifest.New(d.Directory, d.Manifests)
	d.stack = newStack(e, d.Settings, d.log)
	err = d.runParts(ctx)
	if failed := d.applyOnExit(ctx); err == nil {
		err = failed
	}
	return err
}

// runParts runs all parts until ctx ends, one of them fails, the user quits or,
// with Once, everything has settled.
func (d *Daemon) runParts(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	d.started = d.Program.Now()
	handler, err := d.newHandler()
	if err != nil {
		return err
	}
	if err := d.serve(ctx, group, handler); err != nil {
		return err
	}
	d.stack.run(ctx, group)
	group.Go(func() error { return ended(ctx, d.source.Run(ctx, d.stack.controller.SetDesired)) })
	group.Go(func() error {
		defer cancel() // the other parts end with this one
		if d.Once {
			return d.waitOnce(ctx)
		}
		return ended(ctx, d.show(ctx))
	})
	err = group.Wait()
	if !d.Once && !d.view.quiet && d.OnExit == Keep {
		d.printFarewell()
	}
	return err
}

// newHandler returns the handler of the API.
func (d *Daemon) newHandler() (http.Handler, error) {
	manifests, err := d.newEditor()
	if err != nil {
		return nil, err
	}
	k, access := d.stack, containerAccess{d.stack}
	return apiserver.New(apiserver.Options{
		Store: k.store, Metrics: k.metrics.Handler(), Logs: access, Exec: access, Dialer: access,
		Plan: func(ctx context.Context) (string, error) {
			p, err := k.controller.Plan(ctx)
			return p.String(), err
		},
		Submit: k.controller.Submit, Approve: k.controller.Approve,
		Ready: k.checks, Synced: k.controller.WaitSynced, Controller: d.describe, Version: d.Program.Version,
		Manifests: manifests, Preview: d.preview, Node: func() kube.Machine { return k.node(d.started) },
	}), nil
}
