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

// usageError is an error in the command line. It refers to the help of the command.
type usageError struct {
	command string
	// use is the usage line of the command; empty for an error in a flag.
	use string
	err error
}

func (e *usageError) Error() string {
	if e.use != "" {
		return fmt.Sprintf("%v\nExpected: %s\nSee '%s --help' for usage.", e.err, e.use, e.command)
	}
	return fmt.Sprintf("%v\nSee '%s --help' for usage.", e.err, e.command)
}

func (e *usageError) Unwrap() error { return e.err }

// HintUsage makes errors in the flags and arguments of every subcommand refer to its
// help.
func HintUsage(root *cobra.Command) {
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{command: cmd.CommandPath(), err: err}
	})
	for _, cmd := range root.Commands() {
		check := cmd.Args
		if check == nil {
			continue
		}
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return &usageError{cmd.CommandPath(), cmd.UseLine(), err}
			}
			return nil
		}
	}
}

// UnknownCommand returns an error for arguments of the root, which are unknown
// commands, with a suggestion.
func UnknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	message := fmt.Sprintf("unknown command %q", args[0])
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		message += ": did you mean " + strings.Join(near, " or ") + "?"
	}
	return &usageError{command: root.CommandPath(), err: errors.New(message)}
}

// PrintError writes an error as kubectl does. Errors of the server are marked.
func PrintError(w io.Writer, err error) {
	var refused *apierrors.StatusError
	if errors.As(err, &refused) {
		fmt.Fprintf(w, "Error from server (%s): %v\n", apierrors.ReasonForError(refused), err)
		return
	}
	fmt.Fprintf(w, "error: %v\n", err)
}
