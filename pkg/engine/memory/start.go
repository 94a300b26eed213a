// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// The exit codes that the engine itself sets.
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

// jobTime is the run time of a job whose image does not define when it exits.
const jobTime = time.Second

func (cs *containers) start(op Op, id engine.ID) error {
	c, err := cs.byID(op, id)
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
	return cs.startAt(op, cs.clock(), c)
}

func (cs *containers) startAt(op Op, now time.Time, c *container) error {
	if err := cs.launch(op, now, c); err != nil {
		c.err = err.Error()
		c.exitCode = cmp.Or(startExitCode(err), c.exitCode, failedStartCode)
		c.view = nil
		cs.invalidate()
		return err
	}
	c.status = engine.StatusRunning
	c.startedAt, c.finishedAt = now, time.Time{}
	c.exitCode, c.err, c.oomKilled = 0, "", false
	c.log.add(now, false, c.image.behaviour.Logs...)
	c.log.add(now, true, c.image.behaviour.Errors...)
	c.answers = nil
	c.schedule(now)
	if c.exitAt.IsZero() && cs.isJob != nil && cs.isJob(c.labels) {
		c.exitAt = now.Add(jobTime)
	}
	cs.recordChange(now, c, "start")
	return nil
}

// launch allocates addresses and ports and runs the command. If it fails,
// everything that it allocated is free again.
func (cs *containers) launch(op Op, now time.Time, c *container) error {
	if err := cs.checkPeers(op, c); err != nil {
		return err
	}
	if err := cs.checkBaseNetwork(op, c); err != nil {
		return err
	}
	if err := cs.networks.attachAll(op, now, c); err != nil {
		return err
	}
	if err := cs.publishPorts(op, c); err != nil {
		cs.networks.detachAll(now, c)
		return err
	}
	if code := c.image.behaviour.StartError; code != "" {
		c.ports = nil
		cs.networks.detachAll(now, c)
		return refuse(op, code, "the image %s does not start", c.cfg.Image)
	}
	return nil
}

// startExitCode returns the exit code of a container whose command could not be
// run, and zero for other errors.
func startExitCode(err error) int {
	switch engine.CodeOf(err) {
	case engine.CommandNotFound:
		return notFoundCode
	case engine.CommandNotExecutable:
		return notExecutableCode
	}
	return 0
}

// schedule sets the times at which a started container changes by itself.
func (c *container) schedule(now time.Time) {
	b := c.image.behaviour
	c.exitAt, c.healthAt = time.Time{}, time.Time{}
	c.health, c.failures = engine.HealthNone, 0
	if b.Exits || b.ExitAfter > 0 {
		c.exitAt = now.Add(b.ExitAfter)
	}
	check := c.healthCheck()
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

func (cs *containers) stop(now time.Time, c *container) {
	if c.status == engine.StatusRestarting {
		c.status, c.restartAt = engine.StatusExited, time.Time{}
		c.stopAsked = now
		cs.recordChange(now, c, "stop")
	}
	if !c.running() {
		return
	}
	code := c.image.behaviour.StopCode
	if c.image.behaviour.IgnoresStop {
		code = killedCode
	}
	cs.recordChange(now, c, "kill")
	c.stopAsked = now
	cs.endProcess(now, c, code)
	cs.recordChange(now, c, "stop")
}

// endProcess ends a container's process with an exit code.
func (cs *containers) endProcess(now time.Time, c *container, code int) {
	if c.health != engine.HealthNone {
		c.health = engine.HealthUnhealthy // as Docker reports it after the check has ended
	}
	c.status = engine.StatusExited
	c.finishedAt, c.exitCode = now, code
	c.exitAt, c.healthAt = time.Time{}, time.Time{}
	c.ports = nil
	cs.networks.detachAll(now, c)
	cs.recordChange(now, c, "die")
}
