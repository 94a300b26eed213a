// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/term"

	"github.com/pact-toolbox/reconciler/pkg/tui"
)

// View selects how Run shows progress.
type View string

// The values of View.
const (
	AutoView  View = "auto"  // TableView on a terminal, otherwise LinesView
	TableView View = "table" // a live table
	LinesView View = "lines" // a line per change
	NoView    View = "none"  // nothing
)

// view is how Run shows progress on its streams.
type view struct {
	// table redraws a table in place; otherwise lines are printed, unless quiet is
	// set.
	table, quiet bool
	// messages receives the log where it would disturb the table; otherwise nil.
	messages *tui.Messages
}

func newView(s Settings) (*view, error) {
	v := &view{}
	terminal := isTerminal(s.Program.Stdout)
	switch s.View {
	case AutoView:
		v.table = !s.Once && terminal && isTerminal(s.Program.Stdin) && s.Program.Getenv("TERM") != "dumb"
	case TableView:
		v.table = !s.Once
		if v.table && !terminal {
			return nil, errors.New("--view table needs a terminal on standard output")
		}
	case LinesView:
	case NoView:
		v.quiet = true
	default:
		return nil, fmt.Errorf("unknown view %q: must be auto, table, lines or none", s.View)
	}
	if v.table && isTerminal(s.Program.Stderr) {
		v.messages = &tui.Messages{}
	}
	return v, nil
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// show shows progress until ctx ends or the user quits.
func (d *Daemon) show(ctx context.Context) error {
	switch {
	case d.view.quiet:
		<-ctx.Done()
		return ctx.Err()
	case !d.view.table:
		return d.printProgress(ctx)
	}
	return tui.Run(ctx, tui.Options{
		Store: d.stack.store, Controller: d.describe, Submit: d.stack.controller.Submit, Messages: d.view.messages, Now: d.Program.Now,
		Describe: d.describeObject,
		Logs:     containerAccess{d.stack}.Logs,
		Input:    d.Program.Stdin, Output: d.Program.Stdout, Environ: os.Environ(),
	})
}
