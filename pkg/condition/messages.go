// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"fmt"
	"time"
)

// EngineAway returns the message of an engine that was lost with err.
func EngineAway(err error) string { return fmt.Sprintf("the engine does not answer: %v", err) }

// EngineFailed returns the message of an engine that answers with err.
func EngineFailed(err error) string { return fmt.Sprintf("the engine fails: %v", err) }

// Unlisted returns the message of an engine that failed to list its objects of a
// kind, for example "image", with that cause.
func Unlisted(kind, cause string) string {
	return fmt.Sprintf("the engine cannot list its %ss: %s", kind, cause)
}

// Panicked returns the message of a resource whose reconciliation panicked with
// that cause and is repeated after retry.
func Panicked(cause any, retry time.Duration) string {
	return fmt.Sprintf("reconciling it panicked (%v): see the controller's log and report the error; "+
		"it is tried again in %s or when the manifest changes", cause, retry)
}
