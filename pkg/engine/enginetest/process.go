// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func processTests() []obligation {
	return []obligation{
		{"start_runs_it", startRuns},
		{"start_of_what_runs_is_no_error", startTwice},
		{"stop_ends_it_within_the_grace", stopEnds},
		{"stop_of_what_is_stopped_is_no_error", stopTwice},
		{"stop_of_what_never_ran_is_no_error", stopCreated},
		{"stop_kills_after_the_grace", stopKills},
		{"exit_codes_are_told", exitCodes},
		{"start_again_after_the_end", startAgain},
		{"a_missing_command_fails_the_start", missingCommand},
		{"logs_are_the_last_lines", logs},
		{"a_check_turns_healthy", turnsHealthy},
		{"a_check_turns_unhealthy", turnsUnhealthy},
	}
}

func startRuns(b *bench) {
	obj := b.get(b.run(b.server("web")))
	equal(b, "status", obj.Container.Status, engine.StatusRunning)
	equal(b, "started after it was created", obj.Container.StartedAt.Before(obj.Created), false)
	equal(b, "not ended", obj.Container.FinishedAt.IsZero(), true)
	equal(b, "health without a check", obj.Container.Health, engine.HealthNone)
	equal(b, "running in the list", b.list().Objects[obj.ID].Container.Running(), true)
}

func startTwice(b *bench) {
	id := b.run(b.server("web"))
	before := b.get(id).Container.StartedAt
	b.ok(b.Start(b.ctx, id))
	equal(b, "started at", b.get(id).Container.StartedAt, before)
}

func stopEnds(b *bench) {
	id := b.run(b.server("web"))
	b.ok(b.Stop(b.ctx, id, grace))
	c := b.get(id).Container
	equal(b, "status", c.Status, engine.StatusExited)
	equal(b, "killed", c.ExitCode == 137, false)
	equal(b, "ended after it started", c.FinishedAt.Before(c.StartedAt), false)
	equal(b, "bound ports", len(c.Ports), 0)
}

func stopTwice(b *bench) {
	id := b.run(b.server("web"))
	b.ok(b.Stop(b.ctx, id, grace))
	before := b.get(id).Container.FinishedAt
	b.ok(b.Stop(b.ctx, id, grace))
	equal(b, "ended at", b.get(id).Container.FinishedAt, before)
}

func stopCreated(b *bench) {
	id := b.create(b.server("web"))
	b.ok(b.Stop(b.ctx, id, grace))
	equal(b, "status", b.get(id).Container.Status, engine.StatusCreated)
}

func stopKills(b *bench) {
	id := b.run(b.container(b.h.Stubborn, "stubborn"))
	b.ok(b.Stop(b.ctx, id, time.Second))
	c := b.get(id).Container
	equal(b, "status", c.Status, engine.StatusExited)
	equal(b, "exit code", c.ExitCode, 137)
	equal(b, "for want of memory", c.OOMKilled, false)
}

func exitCodes(b *bench) {
	done := b.run(b.container(b.h.Job(0), "done"))
	failed := b.run(b.container(b.h.Job(7), "failed"))
	equal(b, "exit code", b.becomes(done, "the job is done", exited).ExitCode, 0)
	equal(b, "exit code", b.becomes(failed, "the job failed", exited).ExitCode, 7)
}

func startAgain(b *bench) {
	id := b.run(b.container(b.h.Job(3), "job"))
	first := b.becomes(id, "it ended", exited)
	b.ok(b.Start(b.ctx, id))
	second := b.becomes(id, "it ended again", func(c *engine.Container) bool {
		return exited(c) && !c.FinishedAt.Equal(first.FinishedAt)
	})
	equal(b, "started before the first end", second.StartedAt.Before(first.FinishedAt), false)
	equal(b, "exit code", second.ExitCode, 3)
}

func missingCommand(b *bench) {
	id := b.create(b.container(b.h.Broken, "broken"))
	b.refused(b.Start(b.ctx, id), engine.CommandNotFound)
	c := b.get(id).Container
	b.failedStart(c)
	equal(b, "exit code", c.ExitCode, 127)
}

// failedStart asserts the traces of a first start that failed.
func (b *bench) failedStart(c *engine.Container) {
	b.t.Helper()
	equal(b, "status", c.Status, engine.StatusCreated)
	equal(b, "never started", c.StartedAt.IsZero(), true)
	equal(b, "tells the error", c.Error != "", true)
}

func logs(b *bench) {
	id := b.run(b.container(b.h.Talker, "talker"))
	b.becomes(id, "it has talked", exited)
	var lines []string
	b.eventually("the log is complete", func() bool {
		var err error
		lines, err = b.Logs(b.ctx, id, len(b.h.Lines))
		b.ok(err)
		return slices.Equal(lines, b.h.Lines)
	})
	last, err := b.Logs(b.ctx, id, 1)
	b.ok(err)
	if diff := cmp.Diff(b.h.Lines[len(b.h.Lines)-1:], last); diff != "" {
		b.t.Fatalf("last line:\n%s", diff)
	}
}

func turnsHealthy(b *bench) {
	id := b.run(b.container(b.h.Healthy, "healthy"))
	equal(b, "health at the start", b.get(id).Container.Health, engine.HealthStarting)
	c := b.becomes(id, "it is healthy", func(c *engine.Container) bool { return c.Health == engine.HealthHealthy })
	equal(b, "failures in a row", c.HealthFailures, 0)
	equal(b, "health in the list", b.list().Objects[id].Container.Health, engine.HealthHealthy)
	b.ok(b.Stop(b.ctx, id, grace))
	equal(b, "healthy once stopped", b.get(id).Container.Health == engine.HealthHealthy, false)
}

func turnsUnhealthy(b *bench) {
	id := b.run(b.container(b.h.Sick, "sick"))
	c := b.becomes(id, "it is unhealthy", func(c *engine.Container) bool { return c.Health == engine.HealthUnhealthy })
	equal(b, "still runs", c.Running(), true)
	equal(b, "tells failures", c.HealthFailures > 0, true)
}
