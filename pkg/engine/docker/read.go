// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// objects reads single objects, and makes calls about them.
type objects struct {
	*connection
	images *images
	ooms   *oomKills
}

// Get reads an object by its ID; see engine.Reader.
func (r *objects) Get(ctx context.Context, id engine.ID) (engine.Object, error) {
	o := op{verb: verbInspect, target: id.String()}
	switch id.Kind {
	case engine.KindContainer:
		return r.inspectContainer(ctx, o, id.Value)
	case engine.KindNetwork:
		return r.inspectNetwork(ctx, o, id.Value)
	case engine.KindVolume:
		return r.inspectVolume(ctx, o, id.Value)
	}
	return engine.Object{}, engine.Errorf(o.String(), engine.Invalid, "objects of kind %q cannot be read", id.Kind)
}

// Find reads an object by its name; see engine.Reader. The name of the result is
// compared, because the engine also accepts prefixes of IDs and matches networks
// by pattern.
func (r *objects) Find(ctx context.Context, kind engine.Kind, name string) (engine.Object, error) {
	o := op{verb: verbInspect, target: string(kind) + " " + name}
	var obj engine.Object
	var err error
	switch kind {
	case engine.KindContainer:
		obj, err = r.inspectContainer(ctx, o, name)
	case engine.KindNetwork:
		obj, err = r.findNetwork(ctx, o, name)
	case engine.KindVolume:
		obj, err = r.inspectVolume(ctx, o, name)
	default:
		return engine.Object{}, engine.Errorf(o.String(), engine.Invalid, "objects of kind %q have no name", kind)
	}
	if err == nil && obj.Name != name {
		return engine.Object{}, engine.Errorf(o.String(), engine.NotFound, "no %s has this name", kind)
	}
	return obj, err
}

func (r *objects) inspectContainer(ctx context.Context, o op, ref string) (engine.Object, error) {
	var c container.InspectResponse
	err := r.call(ctx, o, func(ctx context.Context, cli *client.Client) (err error) {
		c, err = cli.ContainerInspect(ctx, ref)
		return err
	})
	if err != nil {
		return engine.Object{}, err
	}
	inherited, err := r.images.inheritance(ctx, c.Image)
	if err != nil {
		return engine.Object{}, err
	}
	obj := containerObject(c, inherited)
	r.ooms.complete(obj)
	return obj, nil
}

func (r *objects) inspectNetwork(ctx context.Context, o op, ref string) (engine.Object, error) {
	var n network.Inspect
	err := r.call(ctx, o, func(ctx context.Context, cli *client.Client) (err error) {
		n, err = cli.NetworkInspect(ctx, ref, network.InspectOptions{})
		return err
	})
	if err != nil {
		return engine.Object{}, err
	}
	return networkObject(n), nil
}

func (r *objects) inspectVolume(ctx context.Context, o op, name string) (engine.Object, error) {
	var obj engine.Object
	err := r.call(ctx, o, func(ctx context.Context, cli *client.Client) error {
		v, err := cli.VolumeInspect(ctx, name)
		if err == nil {
			obj = volumeObject(v)
		}
		return err
	})
	return obj, err
}

func (r *objects) findNetwork(ctx context.Context, o op, name string) (engine.Object, error) {
	found, err := r.networksNamed(ctx, o, name)
	switch {
	case err != nil:
		return engine.Object{}, err
	case len(found) == 0:
		return engine.Object{}, engine.Errorf(o.String(), engine.NotFound, "no network has this name")
	case len(found) > 1:
		return engine.Object{}, engine.Errorf(o.String(), engine.Ambiguous, "%d networks have this name", len(found))
	}
	return r.inspectNetwork(ctx, o, found[0].ID)
}

// networksNamed returns the networks with exactly this name. There may be several,
// and the engine's own filter also returns networks whose names contain it.
func (r *objects) networksNamed(ctx context.Context, o op, name string) ([]network.Summary, error) {
	var found []network.Summary
	err := r.call(ctx, o, func(ctx context.Context, cli *client.Client) error {
		list, err := cli.NetworkList(ctx, network.ListOptions{Filters: filters.NewArgs(filters.Arg("name", name))})
		for _, n := range list {
			if n.Name == name {
				found = append(found, n)
			}
		}
		return err
	})
	return found, err
}

// probeLists lists containers and networks. Unlike a ping, both calls take the
// locks on which an engine hangs.
func probeLists(ctx context.Context, cli *client.Client) error {
	if _, err := cli.ContainerList(ctx, container.ListOptions{All: true, Limit: 1}); err != nil {
		return err
	}
	_, err := cli.NetworkList(ctx, network.ListOptions{})
	return err
}
