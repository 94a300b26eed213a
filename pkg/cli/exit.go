// SPDX-License-Identifier: Apache-2.0

package cli

import "fmt"

// ExitError ends a command with an exit code other than 1, or without a message
// when Err is nil because the command has printed all there is to print.
type ExitError struct {
	Code int
	Err  error
}

// Error returns the message of Err, or the exit code when there is none.
func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

// Unwrap returns Err.
func (e *ExitError) Unwrap() error { return e.Err }
