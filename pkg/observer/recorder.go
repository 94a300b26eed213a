// SPDX-License-Identifier: Apache-2.0

package observer

import (
	"context"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Engine returns the engine for the actuator. The cache contains each object that
// is created or pulled through it when the call returns. Otherwise the next
// decision might create an object again before its event arrives, because Refresh
// does not find objects with temporary names.
func (c *Cache) Engine() engine.Engine { return recorder{c.engine, c} }

type recorder struct {
	engine.Engine
	cache *Cache
}

// CreateContainer creates a container and adds it to the cache.
func (r recorder) CreateContainer(ctx context.Context, cfg engine.ContainerConfig) (engine.ID, error) {
	id, err := r.Engine.CreateContainer(ctx, cfg)
	return r.created(ctx, id, err)
}

// CreateNetwork creates a network and adds it to the cache.
func (r recorder) CreateNetwork(ctx context.Context, cfg engine.NetworkConfig) (engine.ID, error) {
	id, err := r.Engine.CreateNetwork(ctx, cfg)
	return r.created(ctx, id, err)
}

// CreateVolume creates a volume and adds it to the cache.
func (r recorder) CreateVolume(ctx context.Context, cfg engine.VolumeConfig) (engine.ID, error) {
	id, err := r.Engine.CreateVolume(ctx, cfg)
	return r.created(ctx, id, err)
}

// Pull pulls an image and adds it to the cache.
func (r recorder) Pull(ctx context.Context, req engine.PullRequest, progress func(engine.Progress)) error {
	if err := r.Engine.Pull(ctx, req, progress); err != nil {
		return err
	}
	r.read(ctx, engine.ID{Kind: engine.KindImage, Value: req.Reference})
	return nil
}

// created adds an object that was created, unless err is set.
func (r recorder) created(ctx context.Context, id engine.ID, err error) (engine.ID, error) {
	if err == nil {
		r.read(ctx, id)
	}
	return id, err
}

// read adds an object; if it cannot be read now, it is read later.
func (r recorder) read(ctx context.Context, id engine.ID) {
	if err := r.cache.read(ctx, id); err != nil {
		r.cache.dirty.Add(id)
	}
}
