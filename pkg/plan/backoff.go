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
// tells of, or the one that is due now.
func Streak(rec Record, state *engine.Container, now time.Time) int {
	end := state.FinishedAt
	if state.Running() {
		end = now
	}
	if end.Sub(state.StartedAt) >= goodRun {
		return 0
	}
	return rec.Streak
}

// NextStart is when a container may be started again: one that ended 0, then 1s,
// doubling to 5m after its end; one that runs and is not well as long after its
// start. A run of 10m starts over.
func NextStart(rec Record, state *engine.Container, now time.Time) time.Time {
	from := state.FinishedAt
	if state.Running() {
		from = state.StartedAt
	}
	return from.Add(delay(Streak(rec, state, now)))
}

// nextRestart tells of a restart to come by its time: the time left would change
// each time it is asked.
func nextRestart(streak int, at time.Time) string {
	return fmt.Sprintf("restart %d at %s", streak+1, at.UTC().Format(time.RFC3339))
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
	if state.OOMKilled {
		return "killed by the kernel for want of memory"
	}
	if meaning := exitMeanings[state.ExitCode]; meaning != "" {
		return fmt.Sprintf("exited with code %d (%s)", state.ExitCode, meaning)
	}
	return fmt.Sprintf("exited with code %d", state.ExitCode)
}

// exitMeanings are the exit codes that mean the same for every program.
var exitMeanings = map[int]string{
	126: "the command cannot be executed: no permission, or for another platform",
	127: "the command was not found",
	130: "interrupted: SIGINT",
	134: "aborted: SIGABRT",
	137: "killed: SIGKILL, by force or after a stop that it ignored",
	139: "crashed: SIGSEGV, a segmentation fault",
	143: "terminated: SIGTERM, somebody asked it to stop",
	255: "unknown: the engine was away when it ended, or it chose this code",
}
