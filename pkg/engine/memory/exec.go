// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"context"
	"io"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// ExecCall is a command that runs in a container.
type ExecCall struct {
	engine.ExecOptions
	// Environment holds the variables of the container and of the command, which
	// take precedence.
	Environment map[string]string
	// Files are the files delivered to the container, by path.
	Files map[string]engine.File
	// At is the time of the call, Since the time of the container's start.
	At, Since time.Time
}

// Exec calls ImageBehaviour.Exec of the container's image, without holding the
// engine's lock; see engine.Executor. The outputs passed to it are never nil.
func (e *Engine) Exec(ctx context.Context, id engine.ID, opts engine.ExecOptions) (int, error) {
	op := Op{Name: "Exec", ID: id}
	var call ExecCall
	var run func(context.Context, ExecCall) int
	err := e.read(ctx, op, func() error {
		c, err := e.containers.runningByID(op, id)
		if err != nil {
			return err
		}
		if c.status == engine.StatusPaused {
			return refuse(op, engine.Paused, "container %s is paused", c.name)
		}
		run = c.image.behaviour.Exec
		call = ExecCall{
			ExecOptions: opts, Environment: c.environment(opts.Env), Files: c.filesCopy(),
			At: e.clock(), Since: c.startedAt,
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
		return 0, contextError(ctx, op)
	}
	return code, nil
}

// Top returns one process, the container's command; see engine.TopReader.
func (e *Engine) Top(ctx context.Context, id engine.ID) (engine.Processes, error) {
	op := Op{Name: "Top", ID: id}
	var out engine.Processes
	err := e.read(ctx, op, func() error {
		c, err := e.containers.runningByID(op, id)
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
