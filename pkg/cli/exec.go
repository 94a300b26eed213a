// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// execOptions are the flags of exec.
type execOptions struct {
	Scope
	stdin, tty bool
}

// NewExecCommand returns the command `reconciler exec`.
func NewExecCommand(a *App) *cobra.Command {
	var o execOptions
	cmd := &cobra.Command{
		Use:   "exec [-it] NAME -- COMMAND [ARG..]",
		Short: "Run a command in a container",
		Long:  "Run a command in a running container. The exit code is the exit code of the command.\n\n" + nameHelp,
		Example: "  reconciler exec -it app -- sh\n" +
			"  reconciler exec db -- pg_dump -U shop shop > shop.sql\n" +
			"  reconciler exec -i db -- psql -U shop < shop.sql",
		Args:              execArgs,
		ValidArgsFunction: a.completeOneContainer,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.exec(cmd.Context(), o, args[0], args[1:])
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.namespace, "namespace", "n", "", "`namespace` of the container; empty means all namespaces")
	flags.BoolVarP(&o.stdin, "stdin", "i", false, "pass standard input to the command")
	flags.BoolVarP(&o.tty, "tty", "t", false, "allocate a terminal for the command")
	return cmd
}

// execArgs accepts NAME and a command, with or without -- between them.
func execArgs(cmd *cobra.Command, args []string) error {
	switch dash := cmd.ArgsLenAtDash(); {
	case len(args) == 0 || dash == 0:
		return errors.New("container name must be provided: exec NAME -- COMMAND")
	case dash > 1:
		return fmt.Errorf("expected one container name before --, got %d arguments", dash)
	case len(args) == 1:
		return errors.New("you must specify at least one command for the container: exec NAME -- COMMAND")
	}
	return nil
}

func (a *App) exec(ctx context.Context, o execOptions, name string, command []string) error {
	c := a.Client()
	k, err := o.container(ctx, c, name)
	if err != nil {
		return err
	}
	opts := v1alpha1.ExecOptions{Command: command, Stdout: a.Stdout, Stderr: a.Stderr}
	if o.stdin {
		opts.Stdin = a.Stdin
	}
	if o.tty {
		restore, err := a.rawTerminal(ctx, &opts)
		if err != nil {
			return err
		}
		defer restore()
	}
	code, err := c.Exec(ctx, k, opts)
	switch {
	case ctx.Err() != nil:
		return &ExitError{Code: Interrupted}
	case err != nil:
		return err
	case code != 0 && o.tty:
		return &ExitError{Code: code}
	case code != 0:
		fmt.Fprintf(a.Stderr, "command terminated with exit code %d\n", code)
		return &ExitError{Code: code}
	}
	return nil
}

// Interrupted is the exit code of a command that an interrupt ended.
const Interrupted = 130

// rawTerminal puts the user's terminal into raw mode for the command and passes on
// its size. The returned function restores the terminal.
func (a *App) rawTerminal(ctx context.Context, opts *v1alpha1.ExecOptions) (restore func(), err error) {
	opts.TTY, opts.Stderr = true, nil
	in, ok := a.Stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		if opts.Stdin != nil {
			fmt.Fprintln(a.Stderr, "Unable to use a TTY - input is not a terminal or the right kind of file")
		}
		return func() {}, nil
	}
	ctx, cancel := context.WithCancel(ctx)
	sizes := make(chan v1alpha1.TerminalSize)
	var sending sync.WaitGroup
	sending.Go(func() { sendSizes(ctx, int(in.Fd()), sizes) })
	opts.Resize = sizes
	stop := func() {
		cancel()
		sending.Wait()
	}
	if opts.Stdin == nil {
		return stop, nil // Ctrl-C still interrupts this program
	}
	state, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		stop()
		return nil, fmt.Errorf("put the terminal into raw mode: %w", err)
	}
	return func() {
		stop()
		_ = term.Restore(int(in.Fd()), state)
	}, nil
}

// sendSizes sends the size of a terminal, now and after each change, until ctx
// ends.
func sendSizes(ctx context.Context, fd int, sizes chan<- v1alpha1.TerminalSize) {
	changed, stop := notifyResize()
	defer stop()
	for {
		if width, height, err := term.GetSize(fd); err == nil {
			select {
			case <-ctx.Done():
				return
			case sizes <- v1alpha1.TerminalSize{Width: uint16(width), Height: uint16(height)}: //nolint:gosec // characters
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}
