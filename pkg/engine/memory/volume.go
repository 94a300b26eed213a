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

// volumes holds the volumes.
type volumes struct {
	*shared
	byName map[string]*volume
}

// CreateVolume creates a volume; see engine.Writer.
func (e *Engine) CreateVolume(ctx context.Context, cfg engine.VolumeConfig) (engine.ID, error) {
	op := Op{Name: "CreateVolume", Arg: cfg.Name}
	id := engine.ID{Kind: engine.KindVolume, Value: cfg.Name}
	err := e.write(ctx, op, func() error {
		if e.volumes.byName[cfg.Name] != nil {
			return refuse(op, engine.NameInUse, "the name is in use")
		}
		if !namePattern.MatchString(cfg.Name) {
			return refuse(op, engine.Invalid, "invalid volume name %q", cfg.Name)
		}
		e.volumes.create(e.clock(), cfg)
		return nil
	})
	if err != nil {
		return engine.ID{}, err
	}
	return id, nil
}

func (vs *volumes) create(now time.Time, cfg engine.VolumeConfig) {
	cfg.Labels = maps.Clone(cfg.Labels)
	cfg.DriverOpts = maps.Clone(cfg.DriverOpts)
	cfg.Driver = cmp.Or(cfg.Driver, "local")
	v := &volume{cfg: cfg, created: now}
	vs.byName[cfg.Name] = v
	vs.invalidate()
	vs.emit(now, v.id(), "create", nil)
}

func (vs *volumes) remove(id engine.ID) {
	if _, ok := vs.byName[id.Value]; !ok {
		return
	}
	delete(vs.byName, id.Value)
	vs.invalidate()
	vs.emit(vs.clock(), id, "destroy", nil)
}

// attach sets the volumes of a new container. It creates the anonymous ones.
func (vs *volumes) attach(now time.Time, c *container) {
	for _, m := range c.cfg.Mounts {
		if m.Type != engine.MountVolume {
			continue
		}
		if m.Source != "" {
			c.volumes = append(c.volumes, m.Source)
			continue
		}
		name, _ := vs.newID()
		vs.create(now, engine.VolumeConfig{Name: name})
		c.anonymous = append(c.anonymous, name)
	}
	slices.Sort(c.volumes)
	c.volumes = slices.Compact(c.volumes)
}
