// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"context"
	"io"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// ExecCall is a command run in a container.
type ExecCall struct {
	engine.ExecOptions
	// Environment is that of the container with the command's own on top.
	Environment map[string]string
	// Files are those that were delivered, by path.
	Files map[string]engine.File
	// At is when the command was run, since when the container's start.
	At, Since time.Time
}

// Exec runs what ImageBehaviour.Exec says of a command. It runs outside of the
// engine's lock, for as long as it likes; no outputs are nil.
func (e *Engine) Exec(ctx context.Context, id engine.ID, opts engine.ExecOptions) (int, error) {
	op := Op{Name: "Exec", ID: id}
	var call ExecCall
	var run func(context.Context, ExecCall) int
	err := e.read(ctx, op, func() error {
		c, err := e.runningContainer(op, id)
		if err != nil {
			return err
		}
		if c.status == engine.StatusPaused {
			return refuse(op, engine.Paused, "container %s is paused", c.name)
		}
		run = c.image.behaviour.Exec
		call = ExecCall{
			ExecOptions: opts, Environment: c.environment(opts.Env), Files: c.filesCopy(),
			At: e.opts.Clock(), Since: c.startedAt,
		}
		return nil
	})
	if err != nil || run == nil {
		return 0, err
	}
	if call.Stdout == nil {
		call.Stdout = io.Discard
	}
	if call.Stderr == nil {
		call.Stderr = io.Discard
	}
	code := run(ctx, call)
	if ctx.Err() != nil {
		return 0, ended(ctx, op)
	}
	return code, nil
}

// runningContainer is a container that runs, paused or not.
func (e *Engine) runningContainer(op Op, id engine.ID) (*container, error) {
	c, err := e.container(op, id)
	if err != nil {
		return nil, err
	}
	if !c.running() {
		return nil, refuse(op, engine.NotRunning, "container %s is not running", c.name)
	}
	return c, nil
}

// Top lists one process: what the container runs.
func (e *Engine) Top(ctx context.Context, id engine.ID) (engine.Processes, error) {
	op := Op{Name: "Top", ID: id}
	var out engine.Processes
	err := e.read(ctx, op, func() error {
		c, err := e.runningContainer(op, id)
		if err != nil {
			return err
		}
		out = engine.Processes{
			Titles: []string{"PID", "STIME", "CMD"},
			Rows:   [][]string{{"1", c.startedAt.Format(time.TimeOnly), c.commandLine()}},
		}
		return nil
	})
	return out, err
}
