// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Controls act on the engine from outside of engine.Engine: as processes, the
// host and the registry do and, in the methods whose names begin with User, as
// other users of the engine do. They ignore objects that do not exist.
type Controls struct{ *state }

// onContainer calls do with the engine locked if the container exists.
func (o Controls) onContainer(id engine.ID, do func(now time.Time, c *container)) {
	o.apply(func(now time.Time) {
		if c, ok := o.containers.byValue[id.Value]; ok && id.Kind == engine.KindContainer {
			do(now, c)
		}
	})
}

// onRunning calls do with the engine locked if the container runs.
func (o Controls) onRunning(id engine.ID, do func(now time.Time, c *container)) {
	o.onContainer(id, func(now time.Time, c *container) {
		if c.running() {
			do(now, c)
		}
	})
}

// NextChange returns the time at which the next change happens by itself: a
// process exits, a health check turns, a restart is due. It returns false if there
// is none.
func (o Controls) NextChange() (time.Time, bool) { return o.nextChange() }

// SetJobs makes containers exit with 0 one second after their start if isJob
// returns true for their labels, unless their image defines an exit. isJob is
// called with the engine locked and must not call the engine.
func (o Controls) SetJobs(isJob func(labels map[string]string) bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.containers.isJob = isJob
}

// SetNeedsBaseNetwork changes Options.NeedsBaseNetwork.
func (o Controls) SetNeedsBaseNetwork(needs bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.containers.needsBaseNetwork = needs
}

// Kill ends a container's process with an exit code, as a crash does.
func (o Controls) Kill(id engine.ID, exitCode int) {
	o.onRunning(id, func(now time.Time, c *container) { o.containers.exit(now, c, exitCode) })
}

// OOMKill ends a container's process as the kernel does when memory runs out.
func (o Controls) OOMKill(id engine.ID) {
	o.onRunning(id, func(now time.Time, c *container) {
		c.oomKilled = true
		o.containers.exit(now, c, killedCode)
	})
}

// Pause pauses a running container.
func (o Controls) Pause(id engine.ID) {
	o.onContainer(id, func(now time.Time, c *container) {
		if c.status == engine.StatusRunning {
			c.status = engine.StatusPaused
			o.containers.recordChange(now, c, "pause")
		}
	})
}

// Unpause resumes a paused container.
func (o Controls) Unpause(id engine.ID) {
	o.onContainer(id, func(now time.Time, c *container) {
		if c.status == engine.StatusPaused {
			c.status = engine.StatusRunning
			o.containers.recordChange(now, c, "unpause")
		}
	})
}

// MarkDead sets a container's status to dead, as a removal that failed does.
func (o Controls) MarkDead(id engine.ID) {
	o.onContainer(id, func(now time.Time, c *container) {
		if c.running() {
			o.containers.endProcess(now, c, killedCode)
		}
		c.status = engine.StatusDead
		o.containers.recordChange(now, c, "die")
	})
}

// SetHealth sets the health of a running container until its next start.
func (o Controls) SetHealth(id engine.ID, h engine.Health) {
	o.onRunning(id, func(now time.Time, c *container) {
		c.healthAt = time.Time{}
		o.containers.setHealth(now, c, h)
	})
}

// SetStats sets the resource usage of a container. The time of s is ignored.
func (o Controls) SetStats(id engine.ID, s engine.Stats) {
	o.onContainer(id, func(_ time.Time, c *container) { c.stats = &s })
}

// Print writes a line to the output of a running container.
func (o Controls) Print(id engine.ID, line string) {
	o.onRunning(id, func(now time.Time, c *container) { c.log.add(now, false, line) })
}

// OccupyPort makes a foreign process listen on a host port.
func (o Controls) OccupyPort(port int) {
	o.apply(func(time.Time) { o.ports.occupied[port] = true })
}

// ReleasePort undoes OccupyPort.
func (o Controls) ReleasePort(port int) {
	o.apply(func(time.Time) { delete(o.ports.occupied, port) })
}

// Restart restarts the engine: it stops all containers, breaks the event streams,
// and starts the containers that the engine's own restart policy includes.
func (o Controls) Restart() {
	o.apply(func(now time.Time) {
		ran := o.containers.stopAll(now)
		o.breakStreams()
		o.containers.startAll(now, ran)
	})
}

// Break breaks the event streams, as a lost connection does.
func (o Controls) Break() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.breakStreams()
}

// Publish adds an image to the registry, in place of an image with the same
// reference. Containers and the local store keep the old one.
func (o Controls) Publish(ref string, b ImageBehaviour) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.images.registry[familiar(ref)] = o.images.newImage(b)
}

// Unpublish removes an image from the registry.
func (o Controls) Unpublish(ref string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.images.registry, familiar(ref))
}
