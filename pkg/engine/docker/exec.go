// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"io"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
	"github.com/docker/docker/pkg/stdcopy"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// streams makes the calls whose connections stay open: commands, logs and events.
type streams struct {
	*objects
	inputs inputs
}

// Exec runs a command in a container; see engine.Executor. Only the creation of
// the command has the engine's deadline; the command itself runs until it exits
// or ctx ends.
func (s *streams) Exec(ctx context.Context, id engine.ID, opts engine.ExecOptions) (int, error) {
	o := op{verb: verbExec, target: id.String()}
	exec, err := s.createExec(ctx, id, opts)
	if err != nil {
		return 0, err
	}
	cli := s.client.Load()
	stream, err := cli.ContainerExecAttach(ctx, exec, container.ExecAttachOptions{Tty: opts.TTY})
	if err != nil {
		return 0, classify(ctx, o, err)
	}
	// Closing the stream ends the copies, also when ctx ends.
	defer context.AfterFunc(ctx, stream.Close)()
	defer stream.Close()
	resized := make(chan struct{})
	defer func() { <-resized }()
	running, exited := context.WithCancel(ctx)
	defer exited()
	go func() {
		defer close(resized)
		resizeExec(running, cli, exec, opts.Resize)
	}()
	if opts.Stdin != nil {
		s.inputs.start(func() { copyInput(stream, opts.Stdin) })
	}
	err = copyOutput(stream.Reader, opts)
	if ctx.Err() != nil {
		return 0, classify(ctx, o, ctx.Err())
	}
	if err != nil {
		return 0, classify(ctx, o, err)
	}
	var state container.ExecInspect
	err = s.call(ctx, o, func(ctx context.Context, cli *client.Client) (err error) {
		state, err = cli.ContainerExecInspect(ctx, exec)
		return err
	})
	return state.ExitCode, err
}

// createExec creates a command in a container and returns its ID.
func (s *streams) createExec(ctx context.Context, id engine.ID, opts engine.ExecOptions) (string, error) {
	var exec string
	err := s.callOn(ctx, verbExec, id, func(ctx context.Context, cli *client.Client) error {
		made, err := cli.ContainerExecCreate(ctx, id.Value, container.ExecOptions{
			Cmd: opts.Command, Env: opts.Env, WorkingDir: opts.WorkingDir, User: opts.User,
			Privileged: opts.Privileged, Tty: opts.TTY,
			AttachStdin: opts.Stdin != nil, AttachStdout: true, AttachStderr: !opts.TTY,
		})
		exec = made.ID
		return err
	})
	return exec, err
}

// resizeExec passes the sizes of a terminal to the engine until ctx ends. Errors
// are ignored, because a command that has not started or has exited refuses them.
func resizeExec(ctx context.Context, cli *client.Client, exec string, sizes <-chan engine.TerminalSize) {
	for {
		select {
		case <-ctx.Done():
			return
		case size, open := <-sizes:
			if !open {
				return
			}
			_ = cli.ContainerExecResize(ctx, exec, container.ResizeOptions{Width: uint(size.Width), Height: uint(size.Height)})
		}
	}
}

// copyInput copies stdin to a command until stdin ends or the stream is closed.
func copyInput(stream types.HijackedResponse, stdin io.Reader) {
	_, _ = io.Copy(stream.Conn, stdin)
	_ = stream.CloseWrite()
}

// copyOutput copies the output of a command until it exits.
func copyOutput(from io.Reader, opts engine.ExecOptions) error {
	out, errs := orDiscard(opts.Stdout), orDiscard(opts.Stderr)
	var err error
	if opts.TTY {
		_, err = io.Copy(out, from)
	} else {
		_, err = stdcopy.StdCopy(out, errs, from)
	}
	return err
}

// orDiscard returns w, or io.Discard if w is nil.
func orDiscard(w io.Writer) io.Writer {
	if w == nil {
		return io.Discard
	}
	return w
}
