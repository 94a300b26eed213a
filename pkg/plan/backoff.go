// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Backoff is how long a container that ends again and again stays down before it
// is restarted.
type Backoff struct {
	// First is the delay of the second restart in a row; the first one is
	// immediate. The delay doubles with each restart up to Max.
	First, Max time.Duration
	// ResetAfter is how long a run has to last to reset the delay.
	ResetAfter time.Duration
}

// BackoffOf returns the restart delays of a container. A nil b, or a zero field,
// means the default.
func BackoffOf(b *spec.RestartBackoff) Backoff {
	p := Backoff{First: time.Second, Max: 5 * time.Minute, ResetAfter: 10 * time.Minute}
	if b != nil {
		p.First = cmp.Or(b.Initial.Std(), p.First)
		p.Max = cmp.Or(b.Max.Std(), p.Max)
		p.ResetAfter = cmp.Or(b.ResetAfter.Std(), p.ResetAfter)
	}
	return p
}

// Streak returns how many restarts in a row did not last. The run that state
// describes counts as ended now when it has not ended yet.
func (b Backoff) Streak(rec Record, state *engine.Container, now time.Time) int {
	end := state.FinishedAt
	if state.Running() {
		end = now
	}
	if end.Sub(state.StartedAt) >= b.ResetAfter {
		return 0
	}
	return rec.Streak
}

// NextStart returns when a container may be started again. The delay begins at
// the end of its last run, or at its start when it still runs and is unhealthy.
func (b Backoff) NextStart(rec Record, state *engine.Container, now time.Time) time.Time {
	from := state.FinishedAt
	if state.Running() {
		from = state.StartedAt
	}
	return from.Add(b.delay(b.Streak(rec, state, now)))
}

// delay returns the time between an end and the next restart after so many
// restarts that did not last.
func (b Backoff) delay(streak int) time.Duration {
	if streak == 0 {
		return 0
	}
	return doubling(b.First, b.Max, streak-1)
}

// nextRestart describes the next restart. It states the time of the restart and
// not the time left, because the text must not change with every call.
func nextRestart(streak int, at time.Time) string {
	return fmt.Sprintf("restart %d at %s", streak+1, at.UTC().Format(time.RFC3339))
}

// doubling returns first doubled n times, at most limit.
func doubling(first, limit time.Duration, n int) time.Duration {
	for range n {
		if first >= limit {
			return limit
		}
		first *= 2
	}
	return min(first, limit)
}

// exitReason returns the reason for how a container ended.
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

// exitMessage describes how a container ended.
func exitMessage(state *engine.Container) string {
	if state.OOMKilled {
		return "OOM-killed by the kernel"
	}
	meaning := exitMeanings[state.ExitCode]
	if state.ExitCode == 137 && state.Config.Resources.Memory > 0 {
		// The engine does not learn about every out-of-memory kill.
		meaning += ", or OOM-killed: it has a memory limit"
	}
	if meaning != "" {
		return fmt.Sprintf("exited with code %d (%s)", state.ExitCode, meaning)
	}
	return fmt.Sprintf("exited with code %d", state.ExitCode)
}

// exitMeanings explains the exit codes that have a common meaning.
var exitMeanings = map[int]string{
	126: "the command is not executable, or is for another platform",
	127: "command not found",
	130: "interrupted by SIGINT",
	134: "aborted by SIGABRT",
	137: "killed by SIGKILL, for example after a stop timeout",
	139: "segmentation fault, SIGSEGV",
	143: "terminated by SIGTERM",
	255: "unknown: the engine was away, or the program chose this code",
}
