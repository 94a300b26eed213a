// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"errors"
	"time"

	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// cleanupTimeout limits the removal of an incomplete object, which has to work
// after the context of the caller has ended.
const cleanupTimeout = 30 * time.Second

// CreateContainer creates a container on its first network and then connects it to
// the others, because engines before API 1.44 accept one network at creation; see
// engine.Writer.
func (e *Engine) CreateContainer(ctx context.Context, cfg engine.ContainerConfig) (engine.ID, error) {
	ctx, cancel := e.deadline(ctx, e.timeout)
	defer cancel()
	if err := e.requireVolumes(ctx, cfg); err != nil {
		return engine.ID{}, err
	}
	cfg.Attachments = byPriority(cfg.Attachments)
	id := engine.ID{Kind: engine.KindContainer}
	o := op{verb: verbCreate, target: cfg.Name}
	err := e.call(ctx, o, func(ctx context.Context, cli *client.Client) error {
		req, err := newCreation(o, cfg, apiOf(ctx, cli))
		if err != nil {
			return err
		}
		made, err := cli.ContainerCreate(ctx, req.config, req.host, req.networking, req.platform, cfg.Name)
		id.Value = made.ID
		for _, w := range made.Warnings {
			e.log.Warn("engine warning", "container", cfg.Name, "warning", w)
		}
		return err
	})
	if err != nil {
		return engine.ID{}, err
	}
	for i := 1; i < len(cfg.Attachments); i++ {
		if err := e.Connect(ctx, id, cfg.Attachments[i]); err != nil {
			return engine.ID{}, e.discard(ctx, id, err)
		}
	}
	return id, nil
}

// discard removes an incomplete object and returns cause. An error of the removal
// is joined to it.
func (e *Engine) discard(ctx context.Context, id engine.ID, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	if err := e.Remove(ctx, id); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}

// requireVolumes returns MountSourceMissing if a volume does not exist, because
// the engine would create it without labels and so without an owner.
func (e *Engine) requireVolumes(ctx context.Context, cfg engine.ContainerConfig) error {
	for _, m := range cfg.Mounts {
		if m.Type != engine.MountVolume || m.Source == "" {
			continue
		}
		_, err := e.Get(ctx, engine.ID{Kind: engine.KindVolume, Value: m.Source})
		if engine.IsNotFound(err) {
			o := op{verb: verbCreate, target: cfg.Name}
			return engine.Errorf(o.String(), engine.MountSourceMissing, "volume %q does not exist", m.Source)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
