// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/logging"
	"github.com/pact-toolbox/reconciler/pkg/manifest"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// runFlags are the flags of run.
type runFlags struct {
	engineFlags
	dir            string
	once           bool
	onceTimeout    time.Duration
	manifests      manifest.Options
	concurrency    int
	resync         time.Duration
	prune          plan.Prune
	publishAddress string
	imageCheck     time.Duration
	listen         string
	allowRemote    bool
	apiManifests   string
	sampling       sampling
	notifying      notifying
	logFormat      string
	logLevel       string
	view           string
	onExit         onExit
}

// NewRunCommand returns the command `reconciler run`.
func NewRunCommand(a *App) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run [DIR]",
		Short: "Run the controller over a directory of manifests",
		Long: "Run the controller over a directory of manifests, ./manifests unless another is named, until it is\n" +
			"interrupted. The containers outlive it, unless --on-exit says otherwise: `reconciler down` removes\n" +
			"them.\n\n" +
			"Each flag can also be given as the environment variable that its help names, and in the file of\n" +
			"--config. The command line goes before the environment, and that before the file.",
		Example: "  reconciler run\n" +
			"  reconciler run ~/shop --instance shop\n" +
			"  reconciler run --once --once-timeout 5m\n" +
			"  RECONCILER_PRUNE_DELAY=10s reconciler run --config settings.yaml",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if f.dir, err = directory(cmd, args); err != nil {
				return err
			}
			return a.run(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	f.register(flags)
	registerConfig(flags)
	flags.BoolVar(&f.once, "once", false, "stop when everything is Ready (exit 0) or Stalled (exit 1)")
	flags.DurationVar(&f.onceTimeout, "once-timeout", 10*time.Minute, "the limit of --once")
	registerManifests(flags, &f.manifests)
	flags.IntVar(&f.concurrency, "concurrency", 4, "how many changes are made at the engine at once")
	flags.DurationVar(&f.resync, "resync", time.Minute, "how often everything is listed again")
	flags.DurationVar(&f.manifests.Debounce, "debounce", 100*time.Millisecond, "how long a burst of file changes has to be over")
	flags.DurationVar(&f.manifests.PruneDelay, "prune-delay", 2*time.Second, "how long a manifest has to be gone before its object is removed")
	registerPrune(flags, &f.prune)
	flags.StringVar(&f.publishAddress, "publish-address", "127.0.0.1", "where ports are published that name no hostIP")
	flags.StringVar(&f.listen, "listen", "", "also serve the API over TLS at this `address`, for kubectl; see reconciler kubeconfig")
	flags.BoolVar(&f.allowRemote, "allow-remote", false, "let --listen name an address that other machines can reach")
	flags.StringVar(&f.apiManifests, "api-manifests", "", "let the API write manifests in this directory, which is DIR or below it")
	flags.DurationVar(&f.imageCheck, "image-check-interval", 0,
		"how often the registry is asked for a newer image of what has pullPolicy always; 0 means once, at the start")
	f.sampling.register(flags)
	f.notifying.register(flags)
	flags.StringVar(&f.logFormat, "log-format", "text", "text or json")
	flags.StringVar(&f.logLevel, "log-level", "", "debug, info, warn or error, and those of components, as in info,observer=debug; the default is warn on a terminal, else info")
	flags.StringVar(&f.view, "view", "auto", "table redraws a table in place, lines prints what changes, none prints nothing; auto is table on a terminal, else lines")
	flags.StringVar((*string)(&f.onExit), "on-exit", string(exitKeep), "what becomes of the containers when the controller stops: keep, stop, or remove with their networks")
	f.Constrain(flags)
	return cmd
}

// constrain has the flags refuse what makes no sense.
func (f *runFlags) Constrain(flags *pflag.FlagSet) {
	Constrain(flags, "concurrency", atLeast(&f.concurrency, 1))
	Constrain(flags, "resync", atLeast(&f.resync, time.Second))
	Constrain(flags, "once-timeout", atLeast(&f.onceTimeout, 0))
	Constrain(flags, "debounce", atLeast(&f.manifests.Debounce, 0))
	Constrain(flags, "prune-delay", atLeast(&f.manifests.PruneDelay, 0))
	Constrain(flags, "image-check-interval", atLeast(&f.imageCheck, 0))
	Constrain(flags, "publish-address", address(&f.publishAddress))
	Constrain(flags, "on-exit", oneOf(&f.onExit, exitKeep, exitStop, exitRemove))
}

// directory is the directory of manifests that a command's arguments name.
func directory(cmd *cobra.Command, args []string) (string, error) {
	dir := "manifests"
	if len(args) > 0 {
		dir = args[0]
	}
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("%w: name the directory of your manifests, as in `%s DIR`", err, cmd.CommandPath())
	}
	return dir, nil
}

// run is the controller, from lock to farewell.
func (a *App) run(ctx context.Context, f runFlags) error {
	view, err := a.newView(f)
	if err != nil {
		return err
	}
	log, err := view.logger(a, f)
	if err != nil {
		return err
	}
	subscriptions, err := f.notifying.subscriptions()
	if err != nil {
		return err
	}
	lock, err := a.lock(f.engineFlags)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Release() }()
	e, closeEngine, err := f.open(log)
	if err != nil {
		return err
	}
	defer closeEngine()
	opts := stackOptions{
		version:  a.Version,
		instance: a.Instance, concurrency: f.concurrency, resync: f.resync, timeout: f.timeout,
		publishAddress: f.publishAddress, prune: f.prune, imageCheck: f.imageCheck, holds: a.holdsPath(f.engineFlags), sampling: f.sampling, subscriptions: subscriptions, log: log,
	}
	f.manifests.Logger = logging.Of(log, "manifest")
	source := manifest.New(f.dir, f.manifests)
	s := newStack(e, opts)
	err = a.runStack(ctx, f, s, source, view, log)
	if failed := a.leave(ctx, s, opts, view); err == nil {
		err = failed
	}
	return err
}

// runStack runs all parts until ctx ends, one of them fails, or, with --once,
// everything has settled.
func (a *App) runStack(ctx context.Context, f runFlags, s *stack, source *manifest.Source, view *view, log *slog.Logger) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	started := a.Now()
	describe := func() v1alpha1.Controller { return a.describeController(s, source, f.dir, started) }
	manifests, err := f.editor()
	if err != nil {
		return err
	}
	handler := apiserver.New(apiserver.Options{
		Store: s.store, Metrics: s.metrics.Handler(), Logs: reach{s}, Exec: reach{s}, Dialer: reach{s},
		Plan: func(ctx context.Context) (string, error) {
			p, err := s.controller.Plan(ctx)
			return p.String(), err
		},
		Ask: s.controller.Submit, Approve: s.controller.Approve, Ready: s.ready, Synced: s.controller.WaitSynced, Controller: describe, Version: thisBuild(a.Version).Version,
		Manifests: manifests, Preview: f.preview, Node: func() kube.Machine { return s.node(started) },
	})
	if err := a.serve(ctx, group, f, handler, logging.Of(log, "api")); err != nil {
		return err
	}
	s.run(ctx, group)
	group.Go(func() error { return ended(ctx, source.Run(ctx, s.controller.SetDesired)) })
	if f.once {
		group.Go(func() error {
			defer cancel()
			return a.once(ctx, f, s)
		})
	} else {
		group.Go(func() error {
			defer cancel() // when the user quits
			return ended(ctx, view.show(ctx, a, s, describe))
		})
	}
	err = group.Wait()
	if !f.once && !view.quiet && view.exit == exitKeep {
		a.farewell(s)
	}
	return err
}

// once waits until everything has settled and shows it.
func (a *App) once(ctx context.Context, f runFlags, s *stack) error {
	wait, cancel := context.WithTimeout(ctx, f.onceTimeout)
	defer cancel()
	err := s.controller.WaitSettled(wait)
	if ctx.Err() != nil {
		return &ExitError{Code: 1}
	}
	if err != nil {
		fmt.Fprintf(a.Stderr, "not everything has settled within %s\n", f.onceTimeout)
	}
	a.table(s)
	reports, _ := s.store.List()
	for _, r := range reports {
		if !isReady(r) {
			fmt.Fprintf(a.Stderr, "%s is not Ready: %s\n", r.Key, stateLine(r, false))
		}
	}
	if n := len(s.controller.Withheld()); n > 0 {
		fmt.Fprintf(a.Stderr, "the prune guard keeps %d objects: run with --prune-guard 0 to have them removed\n", n)
	}
	if sum := s.controller.Summary(); err != nil || sum.Ready < sum.Objects || !sum.SourceComplete || s.invalid() > 0 {
		return &ExitError{Code: 1}
	}
	return nil
}

// invalid counts the reports that are not Ready, manifests at fault among them.
func (s *stack) invalid() int {
	n := 0
	reports, _ := s.store.List()
	for _, r := range reports {
		if !isReady(r) {
			n++
		}
	}
	return n
}

// ready are the checks of the controller: the engine answers, the first pass is
// done, the event stream stands.
func (s *stack) ready() []apiserver.Check {
	state := s.cache.State()
	checks := []apiserver.Check{{Name: "engine"}, {Name: "sync"}, {Name: "watch"}}
	switch {
	case !state.Connected && state.Err != nil:
		checks[0].Err = fmt.Errorf("the engine does not answer: %w", state.Err)
	case !state.Connected:
		checks[0].Err = errors.New("the engine has not answered yet")
	}
	if !s.synced() {
		checks[1].Err = errors.New("the first pass is not done")
	}
	if !state.WatchHealthy {
		checks[2].Err = errors.New("the engine's event stream is down")
	}
	return checks
}

// synced reports that the first pass is done, over an engine that was seen.
func (s *stack) synced() bool { return s.cache.State().Synced && s.controller.Summary().Synced }

// describeController is the controller's own state.
func (a *App) describeController(s *stack, source *manifest.Source, dir string, started time.Time) v1alpha1.Controller {
	state, sum := s.cache.State(), s.controller.Summary()
	c := v1alpha1.Controller{
		Instance: a.Instance, Version: thisBuild(a.Version).Version, PID: os.Getpid(), StartedAt: started.UTC(), Directory: dir,
		Engine: state.Info.Endpoint, EngineVersion: state.Info.Version, EngineHealthy: state.Connected,
		Synced: s.synced(), SourceComplete: sum.SourceComplete, WatchHealthy: state.WatchHealthy,
		QueueDepth: sum.QueueDepth, Objects: sum.Objects, Ready: sum.Ready,
	}
	if state.Err != nil {
		c.EngineError = state.Err.Error()
	}
	if err := source.Err(); err != nil {
		c.SourceError = err.Error()
	}
	for _, k := range s.controller.Withheld() {
		c.Withheld = append(c.Withheld, k.String())
	}
	if !state.LastRelist.IsZero() {
		at := state.LastRelist.UTC()
		c.LastRelist = &at
	}
	return c
}
