// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// AddImage adds an image to the local store, as a build does.
func (o Controls) AddImage(ref string, b ImageBehaviour) {
	o.apply(func(now time.Time) { o.images.tag(now, familiar(ref), o.images.newImage(b)) })
}

// RemoveImage removes a reference from the local store. Containers keep running.
func (o Controls) RemoveImage(ref string) {
	o.apply(func(now time.Time) {
		ref = familiar(ref)
		img, ok := o.images.byReference[ref]
		if !ok {
			return
		}
		o.images.untag(ref, img)
		o.emit(now, engine.ID{Kind: engine.KindImage, Value: img.id}, "untag", nil)
		o.invalidate()
	})
}

// UserStart starts a container.
func (o Controls) UserStart(id engine.ID) {
	o.apply(func(time.Time) { _ = o.containers.start(Op{Name: "UserStart", ID: id}, id) })
}

// UserStop stops a container.
func (o Controls) UserStop(id engine.ID) { o.onContainer(id, o.containers.stop) }

// UserRemove removes an object, except for networks and volumes that are in use.
func (o Controls) UserRemove(id engine.ID) {
	o.apply(func(time.Time) { _ = o.remove(Op{Name: "UserRemove", ID: id}, id) })
}

// UserRename renames a container if the name is free.
func (o Controls) UserRename(id engine.ID, name string) {
	op := Op{Name: "UserRename", ID: id, Arg: name}
	o.apply(func(time.Time) { _ = o.containers.rename(op, id, name) })
}

// UserConnect connects a container to a network.
func (o Controls) UserConnect(id engine.ID, network string) {
	op := Op{Name: "UserConnect", ID: id, Arg: network}
	o.apply(func(time.Time) { _ = o.containers.connect(op, id, engine.Attachment{Network: network}) })
}

// UserDisconnect disconnects a container from a network.
func (o Controls) UserDisconnect(id engine.ID, network string) {
	op := Op{Name: "UserDisconnect", ID: id, Arg: network}
	o.apply(func(time.Time) { _ = o.containers.disconnect(op, id, network) })
}

// UserRun creates and starts a container as `docker run` does: it pulls a missing
// image and creates missing volumes. If only the start fails, the container
// stays, and UserRun returns both its ID and the error.
func (o Controls) UserRun(cfg engine.ContainerConfig) (id engine.ID, err error) {
	op := Op{Name: "UserRun", Arg: cfg.Name}
	o.apply(func(now time.Time) {
		if o.images.local(cfg.Image) == nil {
			if err = o.images.pull(op, cfg.Image); err != nil {
				return
			}
		}
		for _, m := range cfg.Mounts {
			if m.Type == engine.MountVolume && m.Source != "" && o.volumes.byName[m.Source] == nil {
				o.volumes.create(now, engine.VolumeConfig{Name: m.Source})
			}
		}
		if id, err = o.containers.create(op, cfg); err == nil {
			err = o.containers.start(op, id)
		}
	})
	return id, err
}

// UserNetwork creates a network.
func (o Controls) UserNetwork(cfg engine.NetworkConfig) (id engine.ID, err error) {
	o.apply(func(time.Time) { id, err = o.networks.create(Op{Name: "UserNetwork", Arg: cfg.Name}, cfg) })
	return id, err
}

// UserVolume creates a volume, unless one with its name exists.
func (o Controls) UserVolume(cfg engine.VolumeConfig) engine.ID {
	o.apply(func(now time.Time) {
		if o.volumes.byName[cfg.Name] == nil {
			o.volumes.create(now, cfg)
		}
	})
	return engine.ID{Kind: engine.KindVolume, Value: cfg.Name}
}

// UserCommit creates a local image from a container. The image inherits the
// container's labels.
func (o Controls) UserCommit(id engine.ID, ref string) {
	o.onContainer(id, func(now time.Time, c *container) {
		b := c.image.behaviour
		b.Labels = c.labels
		o.images.tag(now, familiar(ref), o.images.newImage(b))
	})
}
