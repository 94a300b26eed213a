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
		{"start_runs_a_container", startRuns},
		{"start_of_a_running_container_is_no_error", startTwice},
		{"stop_ends_a_container_within_the_grace", stopEnds},
		{"stop_of_a_stopped_container_is_no_error", stopTwice},
		{"stop_of_a_created_container_is_no_error", stopCreated},
		{"stop_kills_after_the_grace", stopKills},
		{"exit_codes_are_reported", exitCodes},
		{"start_after_an_exit", startAgain},
		{"a_missing_command_fails_the_start", missingCommand},
		{"logs_are_the_last_lines", logs},
		{"a_health_check_passes", turnsHealthy},
		{"a_health_check_fails", turnsUnhealthy},
	}
}

func startRuns(b *bench) {
	obj := b.get(b.run(b.server("web")))
	equal(b, "status", obj.Container.Status, engine.StatusRunning)
	equal(b, "started after it was created", obj.Container.StartedAt.Before(obj.Created), false)
	equal(b, "not finished", obj.Container.FinishedAt.IsZero(), true)
	equal(b, "health without a check", obj.Container.Health, engine.HealthNone)
	equal(b, "running in the list", b.list().Objects[obj.ID].Container.Running(), true)
}

func startTwice(b *bench) {
	id := b.run(b.server("web"))
	before := b.get(id).Container.StartedAt
	b.noError(b.Start(b.ctx, id))
	equal(b, "started at", b.get(id).Container.StartedAt, before)
}

func stopEnds(b *bench) {
	id := b.run(b.server("web"))
	b.noError(b.Stop(b.ctx, id, grace))
	c := b.get(id).Container
	equal(b, "status", c.Status, engine.StatusExited)
	equal(b, "killed", c.ExitCode == 137, false)
	equal(b, "finished before it started", c.FinishedAt.Before(c.StartedAt), false)
	equal(b, "bound ports", len(c.Ports), 0)
}

func stopTwice(b *bench) {
	id := b.run(b.server("web"))
	b.noError(b.Stop(b.ctx, id, grace))
	before := b.get(id).Container.FinishedAt
	b.noError(b.Stop(b.ctx, id, grace))
	equal(b, "finished at", b.get(id).Container.FinishedAt, before)
}

func stopCreated(b *bench) {
	id := b.create(b.server("web"))
	b.noError(b.Stop(b.ctx, id, grace))
	equal(b, "status", b.get(id).Container.Status, engine.StatusCreated)
}

func stopKills(b *bench) {
	id := b.run(b.container(b.h.Stubborn, "stubborn"))
	b.noError(b.Stop(b.ctx, id, time.Second))
	c := b.get(id).Container
	equal(b, "status", c.Status, engine.StatusExited)
	equal(b, "exit code", c.ExitCode, 137)
	equal(b, "OOM-killed", c.OOMKilled, false)
}

func exitCodes(b *bench) {
	done := b.run(b.container(b.h.Job(0), "done"))
	failed := b.run(b.container(b.h.Job(7), "failed"))
	equal(b, "exit code", b.waitFor(done, "the job is done", exited).ExitCode, 0)
	equal(b, "exit code", b.waitFor(failed, "the job failed", exited).ExitCode, 7)
}

func startAgain(b *bench) {
	id := b.run(b.container(b.h.Job(3), "job"))
	first := b.waitFor(id, "it has exited", exited)
	b.noError(b.Start(b.ctx, id))
	second := b.waitFor(id, "it has exited again", func(c *engine.Container) bool {
		return exited(c) && !c.FinishedAt.Equal(first.FinishedAt)
	})
	equal(b, "started before the first exit", second.StartedAt.Before(first.FinishedAt), false)
	equal(b, "exit code", second.ExitCode, 3)
}

func missingCommand(b *bench) {
	id := b.create(b.container(b.h.Broken, "broken"))
	b.hasCode(b.Start(b.ctx, id), engine.CommandNotFound)
	c := b.get(id).Container
	b.failedStart(c)
	equal(b, "exit code", c.ExitCode, 127)
}

// failedStart asserts the state of a container whose first start failed.
func (b *bench) failedStart(c *engine.Container) {
	b.t.Helper()
	equal(b, "status", c.Status, engine.StatusCreated)
	equal(b, "never started", c.StartedAt.IsZero(), true)
	equal(b, "has an error", c.Error != "", true)
}

func logs(b *bench) {
	id := b.run(b.container(b.h.Talker, "talker"))
	b.waitFor(id, "the talker has exited", exited)
	var lines []string
	b.eventually("the log is complete", func() bool {
		var err error
		lines, err = b.Logs(b.ctx, id, len(b.h.Lines))
		b.noError(err)
		return slices.Equal(lines, b.h.Lines)
	})
	last, err := b.Logs(b.ctx, id, 1)
	b.noError(err)
	if diff := cmp.Diff(b.h.Lines[len(b.h.Lines)-1:], last); diff != "" {
		b.t.Fatalf("last line:\n%s", diff)
	}
}

func turnsHealthy(b *bench) {
	id := b.run(b.container(b.h.Healthy, "healthy"))
	equal(b, "health at the start", b.get(id).Container.Health, engine.HealthStarting)
	c := b.waitFor(id, "it is healthy", func(c *engine.Container) bool { return c.Health == engine.HealthHealthy })
	equal(b, "failures in a row", c.HealthFailures, 0)
	equal(b, "health in the list", b.list().Objects[id].Container.Health, engine.HealthHealthy)
	b.noError(b.Stop(b.ctx, id, grace))
	equal(b, "healthy after the stop", b.get(id).Container.Health == engine.HealthHealthy, false)
}

func turnsUnhealthy(b *bench) {
	id := b.run(b.container(b.h.Sick, "sick"))
	c := b.waitFor(id, "it is unhealthy", func(c *engine.Container) bool { return c.Health == engine.HealthUnhealthy })
	equal(b, "still runs", c.Running(), true)
	equal(b, "has failures", c.HealthFailures > 0, true)
}
