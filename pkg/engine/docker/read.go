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

// Get reads one object by its ID.
func (e *Engine) Get(ctx context.Context, id engine.ID) (engine.Object, error) {
	o := op{verb: verbInspect, target: id.String()}
	switch id.Kind {
	case engine.KindContainer:
		return e.inspectContainer(ctx, o, id.Value)
	case engine.KindNetwork:
		return e.inspectNetwork(ctx, o, id.Value)
	case engine.KindVolume:
		return e.inspectVolume(ctx, o, id.Value)
	}
	return engine.Object{}, engine.Errorf(o.String(), engine.Invalid, "objects of kind %q cannot be read", id.Kind)
}

// Find reads one object by its engine name. The engine also takes prefixes of
// IDs for names and matches names by pattern, so what it returns is compared.
func (e *Engine) Find(ctx context.Context, kind engine.Kind, name string) (engine.Object, error) {
	o := op{verb: verbInspect, target: string(kind) + " " + name}
	var obj engine.Object
	var err error
	switch kind {
	case engine.KindContainer:
		obj, err = e.inspectContainer(ctx, o, name)
	case engine.KindNetwork:
		obj, err = e.findNetwork(ctx, o, name)
	case engine.KindVolume:
		obj, err = e.inspectVolume(ctx, o, name)
	default:
		return engine.Object{}, engine.Errorf(o.String(), engine.Invalid, "objects of kind %q have no name", kind)
	}
	if err == nil && obj.Name != name {
		return engine.Object{}, engine.Errorf(o.String(), engine.NotFound, "no %s has this name", kind)
	}
	return obj, err
}

func (e *Engine) inspectContainer(ctx context.Context, o op, ref string) (engine.Object, error) {
	var c container.InspectResponse
	err := e.call(ctx, o, func(ctx context.Context, cli *client.Client) (err error) {
		c, err = cli.ContainerInspect(ctx, ref)
		return err
	})
	if err != nil {
		return engine.Object{}, err
	}
	inherited, err := e.inherited(ctx, c.Image)
	if err != nil {
		return engine.Object{}, err
	}
	obj := containerObject(c, inherited)
	e.ooms.complete(obj)
	return obj, nil
}

func (e *Engine) inspectNetwork(ctx context.Context, o op, ref string) (engine.Object, error) {
	var n network.Inspect
	err := e.call(ctx, o, func(ctx context.Context, cli *client.Client) (err error) {
		n, err = cli.NetworkInspect(ctx, ref, network.InspectOptions{})
		return err
	})
	if err != nil {
		return engine.Object{}, err
	}
	return networkObject(n), nil
}

func (e *Engine) inspectVolume(ctx context.Context, o op, name string) (engine.Object, error) {
	var obj engine.Object
	err := e.call(ctx, o, func(ctx context.Context, cli *client.Client) error {
		v, err := cli.VolumeInspect(ctx, name)
		if err == nil {
			obj = volumeObject(v)
		}
		return err
	})
	return obj, err
}

func (e *Engine) findNetwork(ctx context.Context, o op, name string) (engine.Object, error) {
	found, err := e.networksNamed(ctx, o, name)
	switch {
	case err != nil:
		return engine.Object{}, err
	case len(found) == 0:
		return engine.Object{}, engine.Errorf(o.String(), engine.NotFound, "no network has this name")
	case len(found) > 1:
		return engine.Object{}, engine.Errorf(o.String(), engine.Ambiguous, "%d networks have this name", len(found))
	}
	return e.inspectNetwork(ctx, o, found[0].ID)
}

// networksNamed are the networks of exactly that name: the engine permits
// several and filters by pattern.
func (e *Engine) networksNamed(ctx context.Context, o op, name string) ([]network.Summary, error) {
	var found []network.Summary
	err := e.call(ctx, o, func(ctx context.Context, cli *client.Client) error {
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

// probe asks for what a wedged engine cannot tell: both lists take locks that a
// ping does not.
func probe(ctx context.Context, cli *client.Client) error {
	if _, err := cli.ContainerList(ctx, container.ListOptions{All: true, Limit: 1}); err != nil {
		return err
	}
	_, err := cli.NetworkList(ctx, network.ListOptions{})
	return err
}
