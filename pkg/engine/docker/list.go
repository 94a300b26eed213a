// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"slices"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/docker/client"
	"golang.org/x/sync/errgroup"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
)

// inspections is how many containers a List inspects at once.
const inspections = 4

// lists are the four lists that a snapshot is made of.
type lists struct {
	containers []container.Summary
	networks   []network.Summary
	volumes    []*volume.Volume
	images     []image.Summary
}

// List reads everything. Only containers that carry an instance label are
// inspected; of the others the summary is enough to leave them alone.
func (e *Engine) List(ctx context.Context) (engine.Snapshot, error) {
	ctx, cancel := e.deadline(ctx, e.timeout)
	defer cancel()
	all, err := e.readLists(ctx)
	if err != nil {
		return engine.Snapshot{}, err
	}
	snap := engine.Snapshot{Objects: map[engine.ID]engine.Object{}, Images: map[string]string{}}
	for _, img := range all.images {
		for _, ref := range references(img.RepoTags, img.RepoDigests) {
			snap.Images[ref] = img.ID
		}
	}
	containers, err := e.fullContainers(ctx, all.containers)
	if err != nil {
		return engine.Snapshot{}, err
	}
	for _, obj := range containers {
		snap.Objects[obj.ID] = obj
	}
	for _, v := range all.volumes {
		obj := volumeObject(*v)
		snap.Objects[obj.ID] = obj
	}
	users := networkUsers(containers)
	for _, n := range all.networks {
		obj := networkObject(n)
		obj.Network.Containers = users[n.ID]
		snap.Objects[obj.ID] = obj
	}
	return snap, nil
}

func (e *Engine) readLists(ctx context.Context) (lists, error) {
	var all lists
	g, ctx := errgroup.WithContext(ctx)
	read := func(what string, do func(context.Context, *client.Client) error) {
		g.Go(func() error { return e.call(ctx, op{verb: verbList, target: what}, do) })
	}
	read("containers", func(ctx context.Context, cli *client.Client) (err error) {
		all.containers, err = cli.ContainerList(ctx, container.ListOptions{All: true})
		return err
	})
	read("networks", func(ctx context.Context, cli *client.Client) (err error) {
		all.networks, err = cli.NetworkList(ctx, network.ListOptions{})
		return err
	})
	read("volumes", func(ctx context.Context, cli *client.Client) error {
		list, err := cli.VolumeList(ctx, volume.ListOptions{})
		all.volumes = list.Volumes
		return err
	})
	read("images", func(ctx context.Context, cli *client.Client) (err error) {
		all.images, err = cli.ImageList(ctx, image.ListOptions{})
		return err
	})
	err := g.Wait()
	return all, err
}

// fullContainers inspects what may be ours; those that vanished are left out.
func (e *Engine) fullContainers(ctx context.Context, summaries []container.Summary) ([]engine.Object, error) {
	objects := make([]engine.Object, len(summaries))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(inspections)
	for i, s := range summaries {
		if _, labelled := s.Labels[owner.LabelInstance]; !labelled {
			objects[i] = summaryObject(s)
			continue
		}
		g.Go(func() error {
			obj, err := e.Get(ctx, engine.ID{Kind: engine.KindContainer, Value: s.ID})
			if engine.IsNotFound(err) {
				return nil
			}
			objects[i] = obj
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(objects, func(o engine.Object) bool { return o.ID.IsZero() }), nil
}

// networkUsers are the running containers of each network, by its ID: the list
// of networks does not tell them.
func networkUsers(containers []engine.Object) map[string][]string {
	users := map[string][]string{}
	for _, obj := range containers {
		if !obj.Container.Running() {
			continue
		}
		for _, at := range obj.Container.Attachments {
			users[at.NetworkID] = append(users[at.NetworkID], obj.ID.Value)
		}
	}
	for _, ids := range users {
		slices.Sort(ids)
	}
	return users
}
