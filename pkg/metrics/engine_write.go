// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"context"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func (w instrumented) Pull(ctx context.Context, req engine.PullRequest, progress func(engine.Progress)) error {
	return w.timeCall("pull", func() error { return w.Engine.Pull(ctx, req, progress) })
}

func (w instrumented) CreateContainer(ctx context.Context, cfg engine.ContainerConfig) (engine.ID, error) {
	return timeResult(w, "create_container", func() (engine.ID, error) { return w.Engine.CreateContainer(ctx, cfg) })
}

func (w instrumented) Start(ctx context.Context, id engine.ID) error {
	return w.timeCall("start", func() error { return w.Engine.Start(ctx, id) })
}

func (w instrumented) Stop(ctx context.Context, id engine.ID, grace time.Duration) error {
	return w.timeCall("stop", func() error { return w.Engine.Stop(ctx, id, grace) })
}

func (w instrumented) Rename(ctx context.Context, id engine.ID, name string) error {
	return w.timeCall("rename", func() error { return w.Engine.Rename(ctx, id, name) })
}

func (w instrumented) Connect(ctx context.Context, id engine.ID, at engine.Attachment) error {
	return w.timeCall("connect", func() error { return w.Engine.Connect(ctx, id, at) })
}

func (w instrumented) Disconnect(ctx context.Context, id engine.ID, network string) error {
	return w.timeCall("disconnect", func() error { return w.Engine.Disconnect(ctx, id, network) })
}

func (w instrumented) CreateNetwork(ctx context.Context, cfg engine.NetworkConfig) (engine.ID, error) {
	return timeResult(w, "create_network", func() (engine.ID, error) { return w.Engine.CreateNetwork(ctx, cfg) })
}

func (w instrumented) CreateVolume(ctx context.Context, cfg engine.VolumeConfig) (engine.ID, error) {
	return timeResult(w, "create_volume", func() (engine.ID, error) { return w.Engine.CreateVolume(ctx, cfg) })
}

func (w instrumented) Remove(ctx context.Context, id engine.ID) error {
	return w.timeCall("remove", func() error { return w.Engine.Remove(ctx, id) })
}

func (w instrumented) CopyTo(ctx context.Context, id engine.ID, files []engine.File) error {
	return w.timeCall("copy_to", func() error { return w.Engine.CopyTo(ctx, id, files) })
}

func (w instrumented) Update(ctx context.Context, id engine.ID, u engine.Update) error {
	return w.timeCall("update", func() error { return w.Engine.Update(ctx, id, u) })
}
