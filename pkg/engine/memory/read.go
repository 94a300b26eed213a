// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Snapshot is everything as it is now, without asking for faults. As all that
// the readers return it may be shared with other readers and is not to be
// changed; the engine itself does not depend on it.
func (e *Engine) Snapshot() engine.Snapshot {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.settle()
	return e.render()
}

// List reads everything.
func (e *Engine) List(ctx context.Context) (engine.Snapshot, error) {
	var snap engine.Snapshot
	err := e.read(ctx, Op{Name: "List"}, func() error {
		snap = e.render()
		return nil
	})
	return snap, err
}

func (e *Engine) render() engine.Snapshot {
	if e.snapshot != nil {
		return *e.snapshot
	}
	size := len(e.containers) + len(e.networks) + len(e.volumes)
	snap := engine.Snapshot{
		Objects: make(map[engine.ID]engine.Object, size),
		Images:  make(map[string]string, len(e.images)),
	}
	for _, c := range e.containers {
		snap.Objects[c.id] = c.object()
	}
	for _, n := range e.networks {
		snap.Objects[n.id] = n.object()
	}
	for _, v := range e.volumes {
		snap.Objects[v.id()] = v.object()
	}
	for ref, img := range e.images {
		snap.Images[ref] = img.id
	}
	e.snapshot = &snap
	return snap
}

// Get reads one object by its ID.
func (e *Engine) Get(ctx context.Context, id engine.ID) (engine.Object, error) {
	op := Op{Name: "Get", ID: id}
	var obj engine.Object
	err := e.read(ctx, op, func() (err error) {
		obj, err = e.object(op, id)
		return err
	})
	return obj, err
}

func (e *Engine) object(op Op, id engine.ID) (engine.Object, error) {
	switch id.Kind {
	case engine.KindContainer:
		if c, ok := e.containers[id.Value]; ok {
			return c.object(), nil
		}
	case engine.KindNetwork:
		if n, ok := e.networks[id.Value]; ok {
			return n.object(), nil
		}
	case engine.KindVolume:
		if v, ok := e.volumes[id.Value]; ok {
			return v.object(), nil
		}
	default:
		return engine.Object{}, refuse(op, engine.Invalid, "objects of kind %q cannot be read", id.Kind)
	}
	return engine.Object{}, refuse(op, engine.NotFound, "no such %s", id.Kind)
}

// Find reads one object by its name.
func (e *Engine) Find(ctx context.Context, kind engine.Kind, name string) (engine.Object, error) {
	op := Op{Name: "Find", Arg: string(kind) + "/" + name}
	var obj engine.Object
	err := e.read(ctx, op, func() (err error) {
		id := engine.ID{Kind: kind, Value: name}
		switch kind {
		case engine.KindContainer:
			id = engine.ID{Kind: kind}
			if c, ok := e.names[name]; ok {
				id = c.id
			}
		case engine.KindNetwork:
			id = engine.ID{Kind: kind}
			if n := e.networkNamed(name); n != nil {
				id = n.id
			}
		}
		obj, err = e.object(op, id)
		return err
	})
	return obj, err
}

func (c *container) object() engine.Object {
	if c.view != nil {
		return *c.view
	}
	if c.config == nil {
		c.config = c.observe()
	}
	obj := engine.Object{
		ID:              c.id,
		Name:            c.name,
		Labels:          maps.Clone(c.labels),
		InheritedLabels: maps.Clone(c.image.behaviour.Labels),
		Created:         c.created,
		Container: &engine.Container{
			Image:          c.cfg.Image,
			ImageID:        c.image.id,
			Status:         c.status,
			StartedAt:      c.startedAt,
			FinishedAt:     c.finishedAt,
			ExitCode:       c.exitCode,
			OOMKilled:      c.oomKilled,
			StopAskedAt:    c.stopAsked,
			Error:          c.err,
			Health:         c.health,
			HealthFailures: c.failures,
			RestartPolicy:  cmp.Or(c.cfg.RestartPolicy.Name, "no"),
			RestartCount:   c.restarts,
			ImageConfig:    c.image.behaviour.Config,
			Config:         c.config,
			Volumes:        slices.Clone(c.volumes),
			Ports:          slices.Clone(c.ports),
			PublishedPorts: c.publishedPorts(),
		},
	}
	for _, ep := range c.endpoints {
		obj.Container.Attachments = append(obj.Container.Attachments, ep.attachment())
	}
	c.view = &obj
	return obj
}

func (n *network) object() engine.Object {
	if n.view != nil {
		return *n.view
	}
	n.view = &engine.Object{
		ID:      n.id,
		Name:    n.name,
		Labels:  maps.Clone(n.labels),
		Created: n.created,
		Network: n.observe(),
	}
	return *n.view
}

func (v *volume) object() engine.Object {
	if v.view == nil {
		v.view = &engine.Object{
			ID:      v.id(),
			Name:    v.cfg.Name,
			Labels:  maps.Clone(v.cfg.Labels),
			Created: v.created,
			Volume:  &engine.Volume{Driver: cmp.Or(v.cfg.Driver, "local"), DriverOpts: maps.Clone(v.cfg.DriverOpts)},
		}
	}
	return *v.view
}
