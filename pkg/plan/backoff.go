// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
)

const (
	// firstDelay is the delay of the second restart in a row; it doubles from
	// there. The first restart is immediate.
	firstDelay = time.Second
	// maxDelay bounds the delay between restarts.
	maxDelay = 5 * time.Minute
	// goodRun is how long a container has to run for its streak to be forgotten.
	goodRun = 10 * time.Minute
)

// Streak is how many restarts in a row did not last, before the end that state
// tells of.
func Streak(rec Record, state *engine.Container) int {
	if state.FinishedAt.Sub(state.StartedAt) >= goodRun {
		return 0
	}
	return rec.Streak
}

// Backoff is how long an exited container still has to wait for its restart;
// zero or less means now. It waits 0, then 1s, doubling to 5m, counted from its
// end; a run of 10m starts over.
func Backoff(rec Record, state *engine.Container, now time.Time) time.Duration {
	streak := Streak(rec, state)
	if streak == 0 {
		return 0
	}
	return state.FinishedAt.Add(delay(streak)).Sub(now)
}

// delay is what comes between an end and the restart after so many that did not
// last.
func delay(streak int) time.Duration {
	if streak == 0 {
		return 0
	}
	return doubling(firstDelay, maxDelay, streak-1)
}

// doubling is first doubled n times, at most limit.
func doubling(first, limit time.Duration, n int) time.Duration {
	for range n {
		if first >= limit {
			return limit
		}
		first *= 2
	}
	return min(first, limit)
}

// exitReason is the reason for how a container ended.
func exitReason(state *engine.Container) condition.Reason {
	switch {
	case state.OOMKilled:
		return condition.ReasonOutOfMemory
	case state.ExitCode == 0:
		return condition.ReasonExited
	case state.ExitCode == 127:
		return condition.ReasonCommandNotFound
	case state.ExitCode == 126:
		return condition.ReasonCommandNotExecutable
	}
	return condition.ReasonNonZeroExit
}

// exitMessage tells how a container ended.
func exitMessage(state *engine.Container) string {
	switch {
	case state.OOMKilled:
		return "killed by the kernel for want of memory"
	case state.ExitCode == 137:
		return "exited with code 137 (killed)"
	case state.ExitCode == 143:
		return "exited with code 143 (terminated)"
	}
	return fmt.Sprintf("exited with code %d", state.ExitCode)
}
