// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"context"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func (w watched) Pull(ctx context.Context, req engine.PullRequest, progress func(engine.Progress)) error {
	return w.do("pull", func() error { return w.Engine.Pull(ctx, req, progress) })
}

func (w watched) CreateContainer(ctx context.Context, cfg engine.ContainerConfig) (engine.ID, error) {
	return get(w, "create_container", func() (engine.ID, error) { return w.Engine.CreateContainer(ctx, cfg) })
}

func (w watched) Start(ctx context.Context, id engine.ID) error {
	return w.do("start", func() error { return w.Engine.Start(ctx, id) })
}

func (w watched) Stop(ctx context.Context, id engine.ID, grace time.Duration) error {
	return w.do("stop", func() error { return w.Engine.Stop(ctx, id, grace) })
}

func (w watched) Rename(ctx context.Context, id engine.ID, name string) error {
	return w.do("rename", func() error { return w.Engine.Rename(ctx, id, name) })
}

func (w watched) Connect(ctx context.Context, id engine.ID, at engine.Attachment) error {
	return w.do("connect", func() error { return w.Engine.Connect(ctx, id, at) })
}

func (w watched) Disconnect(ctx context.Context, id engine.ID, network string) error {
	return w.do("disconnect", func() error { return w.Engine.Disconnect(ctx, id, network) })
}

func (w watched) CreateNetwork(ctx context.Context, cfg engine.NetworkConfig) (engine.ID, error) {
	return get(w, "create_network", func() (engine.ID, error) { return w.Engine.CreateNetwork(ctx, cfg) })
}

func (w watched) CreateVolume(ctx context.Context, cfg engine.VolumeConfig) (engine.ID, error) {
	return get(w, "create_volume", func() (engine.ID, error) { return w.Engine.CreateVolume(ctx, cfg) })
}

func (w watched) Remove(ctx context.Context, id engine.ID) error {
	return w.do("remove", func() error { return w.Engine.Remove(ctx, id) })
}

func (w watched) CopyTo(ctx context.Context, id engine.ID, files []engine.File) error {
	return w.do("copy_to", func() error { return w.Engine.CopyTo(ctx, id, files) })
}

func (w watched) Update(ctx context.Context, id engine.ID, u engine.Update) error {
	return w.do("update", func() error { return w.Engine.Update(ctx, id, u) })
}
