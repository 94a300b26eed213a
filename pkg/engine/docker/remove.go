// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// removalPoll is the interval at which Remove reads a container that is being
// removed by another caller.
const removalPoll = 100 * time.Millisecond

// Remove removes an object; see engine.Writer.
//
// If another caller is already removing the container, Remove blocks until that
// removal has ended: it reads the container every 100ms until it is gone or is no
// longer being removed, at most until its deadline, which is Options.Timeout
// unless ctx has one. The worker that calls Remove is occupied for that time.
func (e *Engine) Remove(ctx context.Context, id engine.ID) error {
	ctx, cancel := e.deadline(ctx, e.timeout)
	defer cancel()
	err := e.callOn(ctx, verbRemove, id, func(ctx context.Context, cli *client.Client) error {
		switch id.Kind {
		case engine.KindContainer:
			return cli.ContainerRemove(ctx, id.Value, container.RemoveOptions{RemoveVolumes: true, Force: true})
		case engine.KindNetwork:
			return cli.NetworkRemove(ctx, id.Value)
		case engine.KindVolume:
			return cli.VolumeRemove(ctx, id.Value, false)
		}
		return engine.Errorf(string(verbRemove)+" "+id.String(), engine.Invalid, "objects of kind %q are not removed", id.Kind)
	})
	if engine.CodeOf(err) == engine.Conflict && id.Kind == engine.KindContainer {
		err = e.waitForRemoval(ctx, id, err)
	}
	if engine.IsNotFound(err) {
		return nil
	}
	return err
}

// waitForRemoval waits until a container that is being removed is gone. It
// returns NotFound then, or conflict if the container is not being removed.
func (e *Engine) waitForRemoval(ctx context.Context, id engine.ID, conflict error) error {
	tick := time.NewTicker(removalPoll)
	defer tick.Stop()
	for {
		obj, err := e.Get(ctx, id)
		if err != nil {
			return err
		}
		if obj.Container.Status != engine.StatusRemoving {
			return conflict
		}
		select {
		case <-ctx.Done():
			return classify(ctx, op{verb: verbRemove, target: id.String()}, ctx.Err())
		case <-tick.C:
		}
	}
}
