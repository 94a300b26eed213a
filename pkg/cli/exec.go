// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

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
		Long: "Run a command in a container that runs. The exit code is the command's.\n\n" +
			"A NAME is looked up in all namespaces, unless -n says which.",
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
	flags.StringVarP(&o.namespace, "namespace", "n", "", "the namespace; all of them when not given")
	flags.BoolVarP(&o.stdin, "stdin", "i", false, "pass standard input to the command")
	flags.BoolVarP(&o.tty, "tty", "t", false, "give the command a terminal")
	return cmd
}

// execArgs wants NAME and a command, with or without -- between them.
func execArgs(cmd *cobra.Command, args []string) error {
	switch dash := cmd.ArgsLenAtDash(); {
	case len(args) == 0 || dash == 0:
		return errors.New("container name must be provided: exec NAME -- COMMAND")
	case dash > 1:
		return fmt.Errorf("one container is wanted before --, not %d arguments", dash)
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

// Interrupted is the exit code of what an interrupt ended, as a shell has it.
const Interrupted = 130

// rawTerminal hands the user's terminal over to the command, and tells it how
// large that is. What it returns gives the terminal back.
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
	opts.Resize = sizesOf(ctx, int(in.Fd()))
	if opts.Stdin == nil {
		return cancel, nil // Ctrl-C goes on meaning this program
	}
	state, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		cancel()
		return nil, fmt.Errorf("hand the terminal over: %w", err)
	}
	return func() {
		cancel()
		_ = term.Restore(int(in.Fd()), state)
	}, nil
}

// sizesOf tells the size of a terminal, now and whenever it changes.
func sizesOf(ctx context.Context, fd int) <-chan v1alpha1.TerminalSize {
	sizes := make(chan v1alpha1.TerminalSize)
	changed, stop := resized()
	go func() {
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
	}()
	return sizes
}
