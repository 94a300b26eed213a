// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// removalPoll is how often a removal that someone else began is looked at.
const removalPoll = 100 * time.Millisecond

// Start starts a container.
func (e *Engine) Start(ctx context.Context, id engine.ID) error {
	return e.change(ctx, verbStart, id, func(ctx context.Context, cli *client.Client) error {
		return cli.ContainerStart(ctx, id.Value, container.StartOptions{})
	})
}

// Stop stops a container; the deadline leaves room for the grace.
func (e *Engine) Stop(ctx context.Context, id engine.ID, grace time.Duration) error {
	ctx, cancel := e.deadline(ctx, e.timeout+grace)
	defer cancel()
	// The engine counts whole seconds.
	seconds := int(math.Ceil(max(grace, 0).Seconds()))
	return e.change(ctx, verbStop, id, func(ctx context.Context, cli *client.Client) error {
		return cli.ContainerStop(ctx, id.Value, container.StopOptions{Timeout: &seconds})
	})
}

// Update changes resources and the restart policy in place. The engine keeps
// the swap limit of before, and refuses memory beyond it: swap goes along.
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
	return e.change(ctx, verbUpdate, id, func(ctx context.Context, cli *client.Client) error {
		_, err := cli.ContainerUpdate(ctx, id.Value, change)
		return err
	})
}

// Rename gives a container another name.
func (e *Engine) Rename(ctx context.Context, id engine.ID, name string) error {
	err := e.change(ctx, verbRename, id, func(ctx context.Context, cli *client.Client) error {
		return cli.ContainerRename(ctx, id.Value, name)
	})
	// The engine refuses a name that is already the container's own.
	return e.unless(ctx, id, err, func(obj engine.Object) bool { return obj.Name == name })
}

// Connect joins a container to a network.
func (e *Engine) Connect(ctx context.Context, id engine.ID, at engine.Attachment) error {
	err := e.change(ctx, verbJoin, id, func(ctx context.Context, cli *client.Client) error {
		a := apiOf(ctx, cli)
		if at.MACAddress != "" && !a.has(apiPerNetwork) {
			return unsupported(op{verb: verbJoin, target: id.String()}, "a MAC address on another network than the first", apiPerNetwork, a)
		}
		return cli.NetworkConnect(ctx, at.Network, id.Value, endpointSettings(at, a))
	})
	return e.unless(ctx, id, err, func(obj engine.Object) bool { return attached(obj, at.Network) })
}

// Disconnect takes a container off a network. It never forces: an endpoint that
// the engine wants to keep is a matter for its caller.
func (e *Engine) Disconnect(ctx context.Context, id engine.ID, network string) error {
	err := e.change(ctx, verbLeave, id, func(ctx context.Context, cli *client.Client) error {
		return cli.NetworkDisconnect(ctx, network, id.Value, false)
	})
	return e.unless(ctx, id, err, func(obj engine.Object) bool { return !attached(obj, network) })
}

func attached(obj engine.Object, network string) bool {
	return slices.ContainsFunc(obj.Container.Attachments, func(at engine.Attachment) bool { return at.Network == network })
}

// Remove removes an object.
func (e *Engine) Remove(ctx context.Context, id engine.ID) error {
	ctx, cancel := e.deadline(ctx, e.timeout)
	defer cancel()
	err := e.change(ctx, verbRemove, id, func(ctx context.Context, cli *client.Client) error {
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
		err = e.awaitRemoval(ctx, id, err)
	}
	if engine.IsNotFound(err) {
		return nil
	}
	return err
}

// awaitRemoval waits for a removal that is already under way. It gives back the
// conflict when the container turns out to stay.
func (e *Engine) awaitRemoval(ctx context.Context, id engine.ID, conflict error) error {
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

// change makes one call that changes an object. A 404 is believed only when the
// object itself is gone: a start also gives one for a network.
func (e *Engine) change(ctx context.Context, v verb, id engine.ID, do func(context.Context, *client.Client) error) error {
	o := op{verb: v, target: id.String()}
	err := e.call(ctx, o, do)
	if !errdefs.IsNotFound(err) {
		return err
	}
	if _, readErr := e.Get(ctx, id); engine.IsNotFound(readErr) {
		return &engine.Error{Op: o.String(), Code: engine.NotFound, Err: err}
	}
	return err
}

// unless forgives a refusal when the object is already as it was asked to be.
func (e *Engine) unless(ctx context.Context, id engine.ID, err error, so func(engine.Object) bool) error {
	if err == nil || !answered(err) {
		return err
	}
	if obj, readErr := e.Get(ctx, id); readErr == nil && so(obj) {
		return nil
	}
	return err
}
