// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"context"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// The exit codes of the engine's own making.
const (
	killedCode        = 137
	failedStartCode   = 128
	notFoundCode      = 127
	notExecutableCode = 126
)

// The engine's defaults for health checks.
const (
	defaultInterval = 30 * time.Second
	defaultRetries  = 3
)

// Start starts a container.
func (e *Engine) Start(ctx context.Context, id engine.ID) error {
	op := Op{Name: "Start", ID: id}
	return e.write(ctx, op, func() error { return e.start(op, id) })
}

func (e *Engine) start(op Op, id engine.ID) error {
	c, err := e.container(op, id)
	if err != nil {
		return err
	}
	switch c.status {
	case engine.StatusRunning, engine.StatusRestarting:
		return nil
	case engine.StatusPaused:
		return refuse(op, engine.Conflict, "cannot start a paused container")
	case engine.StatusDead, engine.StatusRemoving:
		return refuse(op, engine.Conflict, "the container is marked for removal")
	}
	return e.startAt(op, e.opts.Clock(), c)
}

func (e *Engine) startAt(op Op, now time.Time, c *container) error {
	if err := e.launch(op, now, c); err != nil {
		c.err = err.Error()
		c.exitCode = cmp.Or(startCode(err), c.exitCode, failedStartCode)
		c.view = nil
		e.changed()
		return err
	}
	c.status = engine.StatusRunning
	c.startedAt, c.finishedAt = now, time.Time{}
	c.exitCode, c.err, c.oomKilled = 0, "", false
	c.log.add(now, false, c.image.behaviour.Logs...)
	c.log.add(now, true, c.image.behaviour.Errors...)
	c.answers = nil
	c.schedule(now)
	if c.exitAt.IsZero() && e.job != nil && e.job(c.labels) {
		c.exitAt = now.Add(jobTime)
	}
	e.note(now, c, "start")
	return nil
}

// jobTime is how long a job runs whose image does not say when it ends.
const jobTime = time.Second

// SetJobs has containers end well a second after their start, where is says so
// of their labels and their image does not have them end otherwise. It is called
// with the engine locked and must not call back.
func (e *Engine) SetJobs(is func(labels map[string]string) bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.job = is
}

// launch takes networks and ports, then runs the command. What fails leaves
// nothing taken.
func (e *Engine) launch(op Op, now time.Time, c *container) error {
	if err := e.peersRun(op, c); err != nil {
		return err
	}
	if err := e.joinAll(op, now, c); err != nil {
		return err
	}
	if err := e.bind(op, c); err != nil {
		e.leaveAll(now, c)
		return err
	}
	if code := c.image.behaviour.StartError; code != "" {
		c.ports = nil
		e.leaveAll(now, c)
		return refuse(op, code, "the image %s does not start", c.cfg.Image)
	}
	return nil
}

// startCode is the exit code that the runtime's failures leave, zero for others.
func startCode(err error) int {
	switch engine.CodeOf(err) {
	case engine.CommandNotFound:
		return notFoundCode
	case engine.CommandNotExecutable:
		return notExecutableCode
	}
	return 0
}

// schedule sets what happens to a started container by itself.
func (c *container) schedule(now time.Time) {
	b := c.image.behaviour
	c.exitAt, c.healthAt = time.Time{}, time.Time{}
	c.health, c.failures = engine.HealthNone, 0
	if b.Exits || b.ExitAfter > 0 {
		c.exitAt = now.Add(b.ExitAfter)
	}
	check := c.check()
	if check == nil || len(check.Test) > 0 && check.Test[0] == "NONE" {
		return
	}
	c.health = engine.HealthStarting
	interval := cmp.Or(check.Interval, defaultInterval)
	if b.Unhealthy {
		c.healthAt = now.Add(check.StartPeriod + interval*time.Duration(cmp.Or(check.Retries, defaultRetries)))
		return
	}
	c.healthAt = now.Add(cmp.Or(b.HealthyAfter, interval))
}

// Stop stops a container at once: grace passes only for the exit code.
func (e *Engine) Stop(ctx context.Context, id engine.ID, _ time.Duration) error {
	op := Op{Name: "Stop", ID: id}
	return e.write(ctx, op, func() error {
		c, err := e.container(op, id)
		if err != nil {
			return err
		}
		e.stop(e.opts.Clock(), c)
		return nil
	})
}

func (e *Engine) stop(now time.Time, c *container) {
	if c.status == engine.StatusRestarting {
		c.status, c.restartAt = engine.StatusExited, time.Time{}
		c.stopAsked = now
		e.note(now, c, "stop")
	}
	if !c.running() {
		return
	}
	code := c.image.behaviour.StopCode
	if c.image.behaviour.IgnoresStop {
		code = killedCode
	}
	e.note(now, c, "kill")
	c.stopAsked = now
	e.end(now, c, code)
	e.note(now, c, "stop")
}

// end is the end of a container's process.
func (e *Engine) end(now time.Time, c *container, code int) {
	if c.health != engine.HealthNone {
		c.health = engine.HealthUnhealthy // as engines have it once the check has ended
	}
	c.status = engine.StatusExited
	c.finishedAt, c.exitCode = now, code
	c.exitAt, c.healthAt = time.Time{}, time.Time{}
	c.ports = nil
	e.leaveAll(now, c)
	e.note(now, c, "die")
}
