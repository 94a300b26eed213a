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

// Exec runs a command in a container. Only its beginning is under the engine's
// deadline: how long the command may take is its caller's to say.
func (e *Engine) Exec(ctx context.Context, id engine.ID, opts engine.ExecOptions) (int, error) {
	o := op{verb: verbExec, target: id.String()}
	exec, err := e.prepareExec(ctx, id, opts)
	if err != nil {
		return 0, err
	}
	cli := e.client.Load()
	stream, err := cli.ContainerExecAttach(ctx, exec, container.ExecAttachOptions{Tty: opts.TTY})
	if err != nil {
		return 0, classify(ctx, o, err)
	}
	// Closing the stream ends the copies, also when ctx ends.
	defer context.AfterFunc(ctx, stream.Close)()
	defer stream.Close()
	resized := make(chan struct{})
	defer func() { <-resized }()
	running, ended := context.WithCancel(ctx)
	defer ended()
	go func() {
		defer close(resized)
		e.resizeExec(running, cli, exec, opts.Resize)
	}()
	if opts.Stdin != nil {
		go feed(stream, opts.Stdin)
	}
	err = receive(stream.Reader, opts)
	if ctx.Err() != nil {
		return 0, classify(ctx, o, ctx.Err())
	}
	if err != nil {
		return 0, classify(ctx, o, err)
	}
	var state container.ExecInspect
	err = e.call(ctx, o, func(ctx context.Context, cli *client.Client) (err error) {
		state, err = cli.ContainerExecInspect(ctx, exec)
		return err
	})
	return state.ExitCode, err
}

func (e *Engine) prepareExec(ctx context.Context, id engine.ID, opts engine.ExecOptions) (string, error) {
	var exec string
	err := e.change(ctx, verbExec, id, func(ctx context.Context, cli *client.Client) error {
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

// resizeExec hands on the sizes of a terminal. One that comes too early or too
// late is refused, which harms nobody.
func (e *Engine) resizeExec(ctx context.Context, cli *client.Client, exec string, sizes <-chan engine.TerminalSize) {
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

// feed hands on the input. It may outlive the command, until its reader ends or
// gives something: nobody waits for it.
func feed(stream types.HijackedResponse, stdin io.Reader) {
	_, _ = io.Copy(stream.Conn, stdin)
	_ = stream.CloseWrite()
}

func receive(from io.Reader, opts engine.ExecOptions) error {
	out, errs := orDiscard(opts.Stdout), orDiscard(opts.Stderr)
	var err error
	if opts.TTY {
		_, err = io.Copy(out, from)
	} else {
		_, err = stdcopy.StdCopy(out, errs, from)
	}
	return err
}

func orDiscard(w io.Writer) io.Writer {
	if w == nil {
		return io.Discard
	}
	return w
}
