// SPDX-License-Identifier: Apache-2.0

package flag

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// usageError is a command line that cannot be understood; the help of the
// command is the way out.
type usageError struct {
	command string
	err     error
}

func (e *usageError) Error() string {
	return fmt.Sprintf("%v\nSee '%s --help' for usage.", e.err, e.command)
}

func (e *usageError) Unwrap() error { return e.err }

// HintUsage has every command below root answer flags and arguments that it
// does not understand with where its help is.
func HintUsage(root *cobra.Command) {
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{cmd.CommandPath(), err}
	})
	for _, cmd := range root.Commands() {
		check := cmd.Args
		if check == nil {
			continue
		}
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return &usageError{cmd.CommandPath(), err}
			}
			return nil
		}
	}
}

// UnknownCommand refuses arguments of the root: they are no command.
func UnknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	message := fmt.Sprintf("unknown command %q", args[0])
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		message += ": did you mean " + strings.Join(near, " or ") + "?"
	}
	return &usageError{root.CommandPath(), errors.New(message)}
}

// PrintError writes an error as kubectl does: what the server refused is told
// from what went wrong here.
func PrintError(w io.Writer, err error) {
	var refused *apierrors.StatusError
	if errors.As(err, &refused) {
		fmt.Fprintf(w, "Error from server (%s): %v\n", apierrors.ReasonForError(refused), err)
		return
	}
	fmt.Fprintf(w, "error: %v\n", err)
}
