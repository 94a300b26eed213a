// SPDX-License-Identifier: Apache-2.0

package observer

import (
	"context"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Engine is the engine itself, save that the cache learns of what is created
// and pulled through it before the call returns. The actuator is given it: an
// object with a temporary name cannot be found by Refresh, and to decide again
// before its event has come would create a second one.
func (c *Cache) Engine() engine.Engine { return recorder{c.engine, c} }

type recorder struct {
	engine.Engine
	cache *Cache
}

// CreateContainer creates a container and takes it in.
func (r recorder) CreateContainer(ctx context.Context, cfg engine.ContainerConfig) (engine.ID, error) {
	id, err := r.Engine.CreateContainer(ctx, cfg)
	return r.created(ctx, id, err)
}

// CreateNetwork creates a network and takes it in.
func (r recorder) CreateNetwork(ctx context.Context, cfg engine.NetworkConfig) (engine.ID, error) {
	id, err := r.Engine.CreateNetwork(ctx, cfg)
	return r.created(ctx, id, err)
}

// CreateVolume creates a volume and takes it in.
func (r recorder) CreateVolume(ctx context.Context, cfg engine.VolumeConfig) (engine.ID, error) {
	id, err := r.Engine.CreateVolume(ctx, cfg)
	return r.created(ctx, id, err)
}

// Pull fetches an image and takes it in.
func (r recorder) Pull(ctx context.Context, req engine.PullRequest, progress func(engine.Progress)) error {
	if err := r.Engine.Pull(ctx, req, progress); err != nil {
		return err
	}
	r.read(ctx, engine.ID{Kind: engine.KindImage, Value: req.Reference})
	return nil
}

func (r recorder) created(ctx context.Context, id engine.ID, err error) (engine.ID, error) {
	if err == nil {
		r.read(ctx, id)
	}
	return id, err
}

// read takes in an object; one that cannot be read now is read later.
func (r recorder) read(ctx context.Context, id engine.ID) {
	if err := r.cache.read(ctx, id); err != nil {
		r.cache.dirty.Add(id)
	}
}
