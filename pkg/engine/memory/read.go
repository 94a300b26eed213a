// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Snapshot returns the current state. It is exempt from faults. Callers must not
// change the result, because other callers may share it.
func (o Controls) Snapshot() engine.Snapshot {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.containers.settle()
	return o.render()
}

// List reads all objects; see engine.Reader. Each kind is a call of its own, so
// that the list of a single kind can fail: Op.Arg is the kind.
func (e *Engine) List(ctx context.Context) (engine.Snapshot, error) {
	var snap engine.Snapshot
	err := e.read(ctx, Op{Name: "List", Arg: string(engine.KindContainer)}, func() error {
		snap = e.render()
		return nil
	})
	if err != nil {
		return engine.Snapshot{}, err
	}
	for _, kind := range []engine.Kind{engine.KindImage, engine.KindNetwork, engine.KindVolume} {
		err := e.read(ctx, Op{Name: "List", Arg: string(kind)}, func() error { return nil })
		if errors.Is(ctx.Err(), context.Canceled) {
			return engine.Snapshot{}, err
		}
		if err != nil {
			snap = snap.WithUnread(kind, err)
		}
	}
	return snap, nil
}

// render returns the snapshot of the state.
func (s *state) render() engine.Snapshot {
	if s.snapshot != nil {
		return *s.snapshot
	}
	size := len(s.containers.byValue) + len(s.networks.byID) + len(s.volumes.byName)
	snap := engine.Snapshot{
		Objects: make(map[engine.ID]engine.Object, size),
		Images:  make(map[string]string, len(s.images.byReference)),
	}
	for _, c := range s.containers.byValue {
		snap.Objects[c.id] = c.object()
	}
	for _, n := range s.networks.byID {
		snap.Objects[n.id] = n.object()
	}
	for _, v := range s.volumes.byName {
		snap.Objects[v.id()] = v.object()
	}
	for ref, img := range s.images.byReference {
		snap.Images[ref] = img.id
	}
	s.snapshot = &snap
	return snap
}

// Get reads an object by its ID; see engine.Reader.
func (e *Engine) Get(ctx context.Context, id engine.ID) (engine.Object, error) {
	op := Op{Name: "Get", ID: id}
	var obj engine.Object
	err := e.read(ctx, op, func() (err error) {
		obj, err = e.object(op, id)
		return err
	})
	return obj, err
}

// object returns an object by its ID, or NotFound.
func (s *state) object(op Op, id engine.ID) (engine.Object, error) {
	switch id.Kind {
	case engine.KindContainer:
		if c, ok := s.containers.byValue[id.Value]; ok {
			return c.object(), nil
		}
	case engine.KindNetwork:
		if n, ok := s.networks.byID[id.Value]; ok {
			return n.object(), nil
		}
	case engine.KindVolume:
		if v, ok := s.volumes.byName[id.Value]; ok {
			return v.object(), nil
		}
	default:
		return engine.Object{}, refuse(op, engine.Invalid, "objects of kind %q cannot be read", id.Kind)
	}
	return engine.Object{}, refuse(op, engine.NotFound, "no such %s", id.Kind)
}

// Find reads an object by its name; see engine.Reader.
func (e *Engine) Find(ctx context.Context, kind engine.Kind, name string) (engine.Object, error) {
	op := Op{Name: "Find", Arg: string(kind) + "/" + name}
	var obj engine.Object
	err := e.read(ctx, op, func() (err error) {
		id := engine.ID{Kind: kind, Value: name}
		switch kind {
		case engine.KindContainer:
			id = engine.ID{Kind: kind}
			if c, ok := e.containers.byName[name]; ok {
				id = c.id
			}
		case engine.KindNetwork:
			id = engine.ID{Kind: kind}
			if n := e.networks.byName(name); n != nil {
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
			BaseNetwork:    c.baseNetwork,
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
