// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/docker/client"
	"golang.org/x/sync/errgroup"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// inspections is the number of containers that List inspects at the same time.
const inspections = 4

// lists holds the lists of all kinds except containers, and the error of each list
// that failed.
type lists struct {
	networks []network.Summary
	volumes  []*volume.Volume
	images   []image.Summary

	mu     sync.Mutex
	failed map[engine.Kind]error
}

// List reads all objects; see engine.Reader. It inspects only the containers with
// Options.InspectLabel, because a summary of the others is enough to leave them
// alone.
func (e *Engine) List(ctx context.Context) (engine.Snapshot, error) {
	ctx, cancel := e.deadline(ctx, e.timeout)
	defer cancel()
	var all lists
	var reading sync.WaitGroup
	e.readLists(ctx, &reading, &all)
	containers, err := e.listContainers(ctx)
	if err != nil {
		cancel()
	}
	reading.Wait()
	if err == nil && errors.Is(ctx.Err(), context.Canceled) {
		err = classify(ctx, op{verb: verbList, target: "everything"}, ctx.Err())
	}
	if err != nil {
		return engine.Snapshot{}, err
	}
	return all.snapshot(containers), nil
}

// readLists starts to read the lists of all kinds except containers. A list that
// fails does not affect the others.
func (e *Engine) readLists(ctx context.Context, reading *sync.WaitGroup, all *lists) {
	read := func(kind engine.Kind, do func(context.Context, *client.Client) error) {
		reading.Go(func() {
			if err := e.call(ctx, op{verb: verbList, target: string(kind) + "s"}, do); err != nil {
				all.fail(kind, err)
			}
		})
	}
	read(engine.KindNetwork, func(ctx context.Context, cli *client.Client) (err error) {
		all.networks, err = cli.NetworkList(ctx, network.ListOptions{})
		return err
	})
	read(engine.KindVolume, func(ctx context.Context, cli *client.Client) error {
		list, err := cli.VolumeList(ctx, volume.ListOptions{})
		all.volumes = list.Volumes
		return err
	})
	read(engine.KindImage, func(ctx context.Context, cli *client.Client) (err error) {
		all.images, err = cli.ImageList(ctx, image.ListOptions{})
		return err
	})
}

// fail records that a list failed.
func (l *lists) fail(kind engine.Kind, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed == nil {
		l.failed = map[engine.Kind]error{}
	}
	l.failed[kind] = err
}

// snapshot returns the lists and the containers as a snapshot.
func (l *lists) snapshot(containers []engine.Object) engine.Snapshot {
	snap := engine.Snapshot{Objects: map[engine.ID]engine.Object{}, Images: map[string]string{}, Unread: l.failed}
	for _, obj := range containers {
		snap.Objects[obj.ID] = obj
	}
	for _, img := range l.images {
		for _, ref := range references(img.RepoTags, img.RepoDigests) {
			snap.Images[ref] = img.ID
		}
	}
	for _, v := range l.volumes {
		obj := volumeObject(*v)
		snap.Objects[obj.ID] = obj
	}
	users := networkUsers(containers)
	for _, n := range l.networks {
		obj := networkObject(n)
		obj.Network.Containers = users[n.ID]
		snap.Objects[obj.ID] = obj
	}
	return snap
}

// listContainers reads the containers.
func (e *Engine) listContainers(ctx context.Context) ([]engine.Object, error) {
	var summaries []container.Summary
	err := e.call(ctx, op{verb: verbList, target: "containers"}, func(ctx context.Context, cli *client.Client) (err error) {
		summaries, err = cli.ContainerList(ctx, container.ListOptions{All: true})
		return err
	})
	if err != nil {
		return nil, err
	}
	return e.fullContainers(ctx, summaries)
}

// fullContainers inspects the containers with the label, and leaves out those that
// have vanished.
func (e *Engine) fullContainers(ctx context.Context, summaries []container.Summary) ([]engine.Object, error) {
	objects := make([]engine.Object, len(summaries))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(inspections)
	for i, s := range summaries {
		if _, labelled := s.Labels[e.inspectLabel]; !labelled && e.inspectLabel != "" {
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

// networkUsers returns the IDs of the running containers of each network by its
// ID, because the list of networks lacks them.
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
