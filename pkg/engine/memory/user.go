// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// onContainer does something to a container, if it exists.
func (e *Engine) onContainer(id engine.ID, do func(now time.Time, c *container)) {
	e.act(func(now time.Time) {
		if c, ok := e.containers[id.Value]; ok && id.Kind == engine.KindContainer {
			do(now, c)
		}
	})
}

// onRunning does something to a container that runs.
func (e *Engine) onRunning(id engine.ID, do func(now time.Time, c *container)) {
	e.onContainer(id, func(now time.Time, c *container) {
		if c.running() {
			do(now, c)
		}
	})
}

// Kill ends a container's process with an exit code, as a crash does.
func (e *Engine) Kill(id engine.ID, exitCode int) {
	e.onRunning(id, func(now time.Time, c *container) { e.die(now, c, exitCode) })
}

// OOMKill ends a container's process for want of memory.
func (e *Engine) OOMKill(id engine.ID) {
	e.onRunning(id, func(now time.Time, c *container) {
		c.oomKilled = true
		e.die(now, c, killedCode)
	})
}

// Pause pauses a running container.
func (e *Engine) Pause(id engine.ID) {
	e.onContainer(id, func(now time.Time, c *container) {
		if c.status == engine.StatusRunning {
			c.status = engine.StatusPaused
			e.note(now, c, "pause")
		}
	})
}

// Unpause lets a paused container run on.
func (e *Engine) Unpause(id engine.ID) {
	e.onContainer(id, func(now time.Time, c *container) {
		if c.status == engine.StatusPaused {
			c.status = engine.StatusRunning
			e.note(now, c, "unpause")
		}
	})
}

// MarkDead has a container be dead: its removal was begun and failed.
func (e *Engine) MarkDead(id engine.ID) {
	e.onContainer(id, func(now time.Time, c *container) {
		if c.running() {
			e.end(now, c, killedCode)
		}
		c.status = engine.StatusDead
		e.note(now, c, "die")
	})
}

// SetHealth sets the state of a running container's check and has it stay so.
func (e *Engine) SetHealth(id engine.ID, h engine.Health) {
	e.onRunning(id, func(now time.Time, c *container) {
		c.healthAt = time.Time{}
		e.setHealth(now, c, h)
	})
}

// UserStart starts a container.
func (e *Engine) UserStart(id engine.ID) {
	e.act(func(time.Time) { _ = e.start(Op{Name: "UserStart", ID: id}, id) })
}

// UserStop stops a container.
func (e *Engine) UserStop(id engine.ID) { e.onContainer(id, e.stop) }

// UserRemove removes an object; networks and volumes in use stay.
func (e *Engine) UserRemove(id engine.ID) {
	e.act(func(time.Time) { _ = e.remove(Op{Name: "UserRemove", ID: id}, id) })
}

// UserRename gives a container another name, if that is free.
func (e *Engine) UserRename(id engine.ID, name string) {
	e.act(func(time.Time) { _ = e.rename(Op{Name: "UserRename", ID: id, Arg: name}, id, name) })
}

// UserConnect joins a container to a network.
func (e *Engine) UserConnect(id engine.ID, network string) {
	e.act(func(time.Time) {
		_ = e.connect(Op{Name: "UserConnect", ID: id, Arg: network}, id, engine.Attachment{Network: network})
	})
}

// UserDisconnect takes a container off a network.
func (e *Engine) UserDisconnect(id engine.ID, network string) {
	e.act(func(time.Time) { _ = e.disconnect(Op{Name: "UserDisconnect", ID: id, Arg: network}, id, network) })
}

// UserRun creates and starts a container as `docker run` does: a missing image
// is pulled, missing volumes are created. When only the start fails, the
// container is left, and both its ID and the error are returned.
func (e *Engine) UserRun(cfg engine.ContainerConfig) (id engine.ID, err error) {
	op := Op{Name: "UserRun", Arg: cfg.Name}
	e.act(func(now time.Time) {
		if e.imageOf(cfg.Image) == nil {
			if err = e.pull(op, cfg.Image); err != nil {
				return
			}
		}
		for _, m := range cfg.Mounts {
			if m.Type == engine.MountVolume && m.Source != "" && e.volumes[m.Source] == nil {
				e.createVolume(now, engine.VolumeConfig{Name: m.Source})
			}
		}
		if id, err = e.create(op, cfg); err == nil {
			err = e.start(op, id)
		}
	})
	return id, err
}

// UserNetwork creates a network.
func (e *Engine) UserNetwork(cfg engine.NetworkConfig) (id engine.ID, err error) {
	e.act(func(time.Time) { id, err = e.createNetwork(Op{Name: "UserNetwork", Arg: cfg.Name}, cfg) })
	return id, err
}

// UserVolume creates a volume; one of that name is left as it is.
func (e *Engine) UserVolume(cfg engine.VolumeConfig) engine.ID {
	e.act(func(now time.Time) {
		if e.volumes[cfg.Name] == nil {
			e.createVolume(now, cfg)
		}
	})
	return engine.ID{Kind: engine.KindVolume, Value: cfg.Name}
}

// UserCommit makes a local image of a container: it passes on the container's
// labels.
func (e *Engine) UserCommit(id engine.ID, ref string) {
	e.onContainer(id, func(now time.Time, c *container) {
		b := c.image.behaviour
		b.Labels = c.labels
		e.store(now, familiar(ref), e.newImage(b))
	})
}

// OccupyPort has a foreign process listen on a host port.
func (e *Engine) OccupyPort(port int) { e.act(func(time.Time) { e.occupied[port] = true }) }

// ReleasePort ends what OccupyPort began.
func (e *Engine) ReleasePort(port int) { e.act(func(time.Time) { delete(e.occupied, port) }) }

// Restart restarts the engine: what runs is stopped and exits as on a stop,
// the event streams break.
func (e *Engine) Restart() {
	e.act(func(now time.Time) {
		wasUp := map[*container]bool{}
		for _, c := range e.inOrder() {
			wasUp[c] = c.running() || c.status == engine.StatusRestarting
			e.stop(now, c)
		}
		e.breakAll()
		e.reviveAll(now, wasUp)
	})
}

// inOrder are the containers in the order of their creation.
func (e *Engine) inOrder() []*container {
	all := make([]*container, 0, len(e.containers))
	for _, c := range e.containers {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *container) int { return cmp.Compare(a.sequence, b.sequence) })
	return all
}
