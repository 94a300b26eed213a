// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"errors"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/logtail"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Options configures the contents and the actions of the view. Store and
// Controller are required; keys whose function is nil do nothing.
type Options struct {
	Store      *status.Store
	Controller func() v1alpha1.Controller
	// Submit sends a user command for an object.
	Submit func(spec.Key, plan.Command) error
	// Logs writes the output of a container.
	Logs logtail.WriteFunc
	// Describe returns the description of an object.
	Describe func(spec.Key) string
	// Messages holds the lines of the controller log; nil if they are not kept.
	Messages *Messages
	// Now is the clock; nil means time.Now.
	Now func() time.Time

	Input  io.Reader
	Output io.Writer
	// Environ is the environment as "NAME=value"; it describes the terminal.
	Environ []string
}

// framesPerSecond is the maximum frame rate. It equals the update rate of the
// table, because unchanged frames cost time as well.
const framesPerSecond = int(time.Second / refreshInterval)

// Run shows the view until the user quits or ctx is done. It returns nil in both
// cases, after all its goroutines have ended.
func Run(ctx context.Context, opts Options) error {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	inner, cancel := context.WithCancel(ctx)
	m := newModel(inner, opts)
	defer m.running.Wait()
	defer cancel()
	program := tea.NewProgram(m, tea.WithInput(opts.Input), tea.WithOutput(opts.Output),
		tea.WithEnvironment(opts.Environ), tea.WithoutSignalHandler(), tea.WithFPS(framesPerSecond))
	// Unlike a canceled context, Quit makes the library wait for its reader.
	defer context.AfterFunc(ctx, program.Quit)()
	if _, err := program.Run(); err != nil && !errors.Is(err, tea.ErrInterrupted) {
		return err
	}
	return nil
}
