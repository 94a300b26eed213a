// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Start starts a container; see engine.Writer.
func (e *Engine) Start(ctx context.Context, id engine.ID) error {
	return e.callOn(ctx, verbStart, id, func(ctx context.Context, cli *client.Client) error {
		return cli.ContainerStart(ctx, id.Value, container.StartOptions{})
	})
}

// Stop stops a container; see engine.Writer. Its deadline includes the grace,
// which is rounded up to whole seconds.
func (e *Engine) Stop(ctx context.Context, id engine.ID, grace time.Duration) error {
	ctx, cancel := e.deadline(ctx, e.timeout+grace)
	defer cancel()
	seconds := int(math.Ceil(max(grace, 0).Seconds()))
	return e.callOn(ctx, verbStop, id, func(ctx context.Context, cli *client.Client) error {
		return cli.ContainerStop(ctx, id.Value, container.StopOptions{Timeout: &seconds})
	})
}

// Update changes resources and the restart policy of a container; see
// engine.Updater. It sets the limit of swap along with a limit of memory, because
// the engine keeps the old limit of swap and refuses more memory than that.
func (e *Engine) Update(ctx context.Context, id engine.ID, u engine.Update) error {
	var change container.UpdateConfig
	if r := u.Resources; r != nil {
		change.Resources = resourcesOf(*r)
		if r.Memory != 0 && r.MemorySwap == 0 {
			change.MemorySwap = 2 * r.Memory
		}
		if r.PIDs == 0 {
			unlimited := int64(allowAll)
			change.PidsLimit = &unlimited
		}
	}
	if p := u.RestartPolicy; p != nil {
		change.RestartPolicy = restartPolicyOf(*p)
	}
	return e.callOn(ctx, verbUpdate, id, func(ctx context.Context, cli *client.Client) error {
		_, err := cli.ContainerUpdate(ctx, id.Value, change)
		return err
	})
}

// Rename renames a container; see engine.Writer.
func (e *Engine) Rename(ctx context.Context, id engine.ID, name string) error {
	err := e.callOn(ctx, verbRename, id, func(ctx context.Context, cli *client.Client) error {
		return cli.ContainerRename(ctx, id.Value, name)
	})
	// The engine refuses the name that the container already has.
	return e.unlessDone(ctx, id, err, func(obj engine.Object) bool { return obj.Name == name })
}

// Connect connects a container to a network; see engine.Writer.
func (e *Engine) Connect(ctx context.Context, id engine.ID, at engine.Attachment) error {
	err := e.callOn(ctx, verbJoin, id, func(ctx context.Context, cli *client.Client) error {
		a := apiOf(ctx, cli)
		if at.MACAddress != "" && !a.has(apiPerNetwork) {
			return unsupported(op{verb: verbJoin, target: id.String()}, "a MAC address on any network but the first", apiPerNetwork, a)
		}
		return cli.NetworkConnect(ctx, at.Network, id.Value, endpointSettings(at, a))
	})
	return e.unlessDone(ctx, id, err, func(obj engine.Object) bool { return attached(obj, at.Network) })
}

// Disconnect disconnects a container from a network; see engine.Writer. It does
// not force the engine to drop an endpoint that it wants to keep.
func (e *Engine) Disconnect(ctx context.Context, id engine.ID, network string) error {
	err := e.callOn(ctx, verbLeave, id, func(ctx context.Context, cli *client.Client) error {
		return cli.NetworkDisconnect(ctx, network, id.Value, false)
	})
	return e.unlessDone(ctx, id, err, func(obj engine.Object) bool { return !attached(obj, network) })
}

func attached(obj engine.Object, network string) bool {
	return slices.ContainsFunc(obj.Container.Attachments, func(at engine.Attachment) bool { return at.Network == network })
}
