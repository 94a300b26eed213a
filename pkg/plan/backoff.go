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

// Pace is how fast a container is restarted that ends again and again.
type Pace struct {
	// First is the delay of the second restart in a row, the first one being
	// immediate; it doubles from there, up to Max.
	First, Max time.Duration
	// Good is how long it has to run for its streak to be forgotten.
	Good time.Duration
}

// PaceOf is the pace of a container; a nil backoff means the defaults.
func PaceOf(b *spec.RestartBackoff) Pace {
	p := Pace{First: time.Second, Max: 5 * time.Minute, Good: 10 * time.Minute}
	if b != nil {
		p.First = cmp.Or(b.Initial.Std(), p.First)
		p.Max = cmp.Or(b.Max.Std(), p.Max)
		p.Good = cmp.Or(b.ResetAfter.Std(), p.Good)
	}
	return p
}

// Streak is how many restarts in a row did not last, before the end that state
// tells of, or the one that is due now.
func (p Pace) Streak(rec Record, state *engine.Container, now time.Time) int {
	end := state.FinishedAt
	if state.Running() {
		end = now
	}
	if end.Sub(state.StartedAt) >= p.Good {
		return 0
	}
	return rec.Streak
}

// NextStart is when a container may be started again: one that ended so long
// after its end, one that runs and is not well as long after its start.
func (p Pace) NextStart(rec Record, state *engine.Container, now time.Time) time.Time {
	from := state.FinishedAt
	if state.Running() {
		from = state.StartedAt
	}
	return from.Add(p.delay(p.Streak(rec, state, now)))
}

// nextRestart tells of a restart to come by its time: the time left would change
// each time it is asked.
func nextRestart(streak int, at time.Time) string {
	return fmt.Sprintf("restart %d at %s", streak+1, at.UTC().Format(time.RFC3339))
}

// delay is what comes between an end and the restart after so many that did not
// last.
func (p Pace) delay(streak int) time.Duration {
	if streak == 0 {
		return 0
	}
	return doubling(p.First, p.Max, streak-1)
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
	meaning := exitMeanings[state.ExitCode]
	if state.ExitCode == 137 && state.Config.Resources.Memory > 0 {
		// The kernel tells the engine of an out-of-memory kill when it can.
		meaning += ", or perhaps for want of memory, of which it has a limit"
	}
	if meaning != "" {
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
