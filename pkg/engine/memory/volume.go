// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

type volume struct {
	cfg     engine.VolumeConfig
	created time.Time
	view    *engine.Object
}

func (v *volume) id() engine.ID {
	return engine.ID{Kind: engine.KindVolume, Value: v.cfg.Name}
}

// CreateVolume creates a volume.
func (e *Engine) CreateVolume(ctx context.Context, cfg engine.VolumeConfig) (engine.ID, error) {
	op := Op{Name: "CreateVolume", Arg: cfg.Name}
	id := engine.ID{Kind: engine.KindVolume, Value: cfg.Name}
	err := e.write(ctx, op, func() error {
		if e.volumes[cfg.Name] != nil {
			return refuse(op, engine.NameInUse, "the name is in use")
		}
		if !nameForm.MatchString(cfg.Name) {
			return refuse(op, engine.Invalid, "invalid volume name %q", cfg.Name)
		}
		e.createVolume(e.opts.Clock(), cfg)
		return nil
	})
	if err != nil {
		return engine.ID{}, err
	}
	return id, nil
}

func (e *Engine) createVolume(now time.Time, cfg engine.VolumeConfig) {
	cfg.Labels = maps.Clone(cfg.Labels)
	cfg.DriverOpts = maps.Clone(cfg.DriverOpts)
	cfg.Driver = cmp.Or(cfg.Driver, "local")
	v := &volume{cfg: cfg, created: now}
	e.volumes[cfg.Name] = v
	e.changed()
	e.emit(now, v.id(), "create", nil)
}

func (e *Engine) removeVolume(op Op, id engine.ID) error {
	v, ok := e.volumes[id.Value]
	if !ok {
		return nil
	}
	for _, c := range e.containers {
		if slices.Contains(c.volumes, id.Value) || slices.Contains(c.anonymous, id.Value) {
			return refuse(op, engine.InUse, "volume is in use - [%s]", c.id)
		}
	}
	delete(e.volumes, id.Value)
	e.changed()
	e.emit(e.opts.Clock(), v.id(), "destroy", nil)
	return nil
}

// mount gives a new container its volumes; an anonymous one is made for it.
func (e *Engine) mount(now time.Time, c *container) {
	for _, m := range c.cfg.Mounts {
		if m.Type != engine.MountVolume {
			continue
		}
		if m.Source != "" {
			c.volumes = append(c.volumes, m.Source)
			continue
		}
		name, _ := e.newID()
		e.createVolume(now, engine.VolumeConfig{Name: name})
		c.anonymous = append(c.anonymous, name)
	}
	slices.Sort(c.volumes)
	c.volumes = slices.Compact(c.volumes)
}
