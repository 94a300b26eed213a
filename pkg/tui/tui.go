// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"errors"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Options are what the view shows and what it can do. Store and Controller are
// required; a key whose function is absent does nothing.
type Options struct {
	Store      *status.Store
	Controller func() v1alpha1.Controller
	// Ask has a user ask something of an object.
	Ask func(spec.Key, plan.Command) error
	// Logs writes a container's output since a time, zero for its last lines,
	// and follows it until ctx ends or the container does.
	Logs func(ctx context.Context, k spec.Key, since time.Time, w io.Writer) error
	// Describe tells all about an object.
	Describe func(spec.Key) string
	// Messages are the controller's own log lines; nil when they go elsewhere.
	Messages *Messages
	// Now is the clock; nil means time.Now.
	Now func() time.Time

	Input  io.Reader
	Output io.Writer
	// Environ is the environment that tells about the terminal, "NAME=value".
	Environ []string
}

// framesPerSecond is how often the screen is drawn at most: the table does not
// change more often, and each frame costs, though nothing has changed.
const framesPerSecond = int(time.Second / pace)

// Run shows the view until the user quits or ctx ends; both are no error.
func Run(ctx context.Context, opts Options) error {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	program := tea.NewProgram(newModel(inner, opts), tea.WithInput(opts.Input), tea.WithOutput(opts.Output),
		tea.WithEnvironment(opts.Environ), tea.WithoutSignalHandler(), tea.WithFPS(framesPerSecond))
	// To quit, and not to end its context, has the library wait for its reader.
	defer context.AfterFunc(ctx, program.Quit)()
	if _, err := program.Run(); err != nil && !errors.Is(err, tea.ErrInterrupted) {
		return err
	}
	return nil
}
