// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/tui"
)

// view is how run shows what goes on.
type view struct {
	// table says that a table is redrawn in place; else lines are printed, if any.
	table, quiet bool
	// messages take the log where it would disturb the table; nil elsewhere.
	messages *tui.Messages
	// exit is what becomes of the containers when the controller stops.
	exit onExit
}

func (a *App) newView(f runFlags) (*view, error) {
	v := &view{exit: f.onExit}
	switch f.view {
	case "auto":
		v.table = !f.once && a.terminal() && isTerminal(a.Stdin) && a.Getenv("TERM") != "dumb"
	case "table":
		v.table = !f.once
		if v.table && !a.terminal() {
			return nil, fmt.Errorf("--view table needs a terminal: standard output is none")
		}
	case "lines":
	case "none":
		v.quiet = true
	default:
		return nil, fmt.Errorf("unknown view %q: want auto, table, lines or none", f.view)
	}
	if v.table && isTerminal(a.Stderr) {
		v.messages = &tui.Messages{}
	}
	return v, nil
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// logger writes to standard error, or to what the table shows of it.
func (v *view) logger(a *App, f runFlags) (*slog.Logger, error) {
	if v.messages == nil {
		return a.logger(f.logFormat, f.logLevel)
	}
	behind := *a
	behind.Stderr = v.messages
	return behind.logger(f.logFormat, f.logLevel)
}

// show shows what goes on until ctx ends or the user quits.
func (v *view) show(ctx context.Context, a *App, s *stack, controller func() v1alpha1.Controller) error {
	switch {
	case v.quiet:
		<-ctx.Done()
		return ctx.Err()
	case !v.table:
		return a.tell(ctx, s, v.exit)
	}
	return tui.Run(ctx, tui.Options{
		Store: s.store, Controller: controller, Ask: s.controller.Submit, Messages: v.messages, Now: a.Now,
		Describe: func(k spec.Key) string { return a.describeHere(s, k) },
		Logs: func(ctx context.Context, k spec.Key, since time.Time, w io.Writer) error {
			opts := v1alpha1.LogOptions{Tail: shownTail, Since: since, Follow: true}
			if !since.IsZero() {
				opts.Tail = -1
			}
			return reach{s}.Logs(ctx, k, opts, w)
		},
		Input: a.Stdin, Output: a.Stdout, Environ: os.Environ(),
	})
}

// shownTail is how many of the last lines a log begins with.
const shownTail = 200

// describeHere is what `reconciler describe` tells, without its log.
func (a *App) describeHere(s *stack, k spec.Key) string {
	report, found := s.store.Get(k)
	if !found {
		return k.String() + " is gone"
	}
	reports, _ := s.store.List()
	ready := map[string]string{}
	for _, r := range reports {
		word := r.Status.Phase
		if condition.IsTrue(r.Status.Conditions, condition.Ready) {
			word = "Ready"
		}
		ready[r.Key.String()] = word
	}
	var events []v1alpha1.Event
	all, _ := s.store.Events()
	for _, e := range all {
		if e.Key == k {
			events = append(events, kube.EventOf(e))
		}
	}
	var text bytes.Buffer
	d := description{app: a, w: &text, ready: ready}
	d.object(kube.ObjectOf(report), events)
	return text.String()
}
