// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// CreateNetwork creates a network. Engines before 2x let two networks share a
// name when they are created at once, and neither can be used by name after
// that: of such twins the younger one yields.
func (e *Engine) CreateNetwork(ctx context.Context, cfg engine.NetworkConfig) (engine.ID, error) {
	ctx, cancel := e.deadline(ctx, e.timeout)
	defer cancel()
	o := op{verb: verbCreateNetwork, target: cfg.Name}
	if twins, err := e.networksNamed(ctx, o, cfg.Name); err != nil || len(twins) > 0 {
		return engine.ID{}, taken(o, err)
	}
	id := engine.ID{Kind: engine.KindNetwork}
	err := e.call(ctx, o, func(ctx context.Context, cli *client.Client) error {
		made, err := cli.NetworkCreate(ctx, cfg.Name, networkOptions(cfg))
		id.Value = made.ID
		return err
	})
	if err != nil {
		return engine.ID{}, err
	}
	twins, err := e.networksNamed(ctx, o, cfg.Name)
	if err != nil || len(twins) < 2 || eldest(twins) == id.Value {
		return id, err
	}
	return engine.ID{}, e.discard(ctx, id, taken(o, nil))
}

// taken is the error of a name that is in use, unless reading it failed.
func taken(o op, err error) error {
	if err != nil {
		return err
	}
	return engine.Errorf(o.String(), engine.NameInUse, "the name is in use")
}

func eldest(twins []network.Summary) string {
	return slices.MinFunc(twins, func(a, b network.Summary) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	}).ID
}

func networkOptions(cfg engine.NetworkConfig) network.CreateOptions {
	opts := network.CreateOptions{
		Driver:     cmp.Or(cfg.Driver, "bridge"),
		Internal:   cfg.Internal,
		Attachable: cfg.Attachable,
		Options:    cfg.DriverOpts,
		Labels:     cfg.Labels,
	}
	if cfg.EnableIPv6 {
		opts.EnableIPv6 = &cfg.EnableIPv6
	}
	if cfg.IPAM == nil {
		return opts
	}
	opts.IPAM = &network.IPAM{Driver: cmp.Or(cfg.IPAM.Driver, "default"), Options: cfg.IPAM.Options}
	for _, p := range cfg.IPAM.Pools {
		opts.IPAM.Config = append(opts.IPAM.Config, network.IPAMConfig{
			Subnet: p.Subnet, IPRange: p.IPRange, Gateway: p.Gateway, AuxAddress: p.AuxAddresses,
		})
	}
	return opts
}

// CreateVolume creates a volume. The engine answers a name that exists with the
// volume that has it, whatever its options, so both before and after are read.
func (e *Engine) CreateVolume(ctx context.Context, cfg engine.VolumeConfig) (engine.ID, error) {
	ctx, cancel := e.deadline(ctx, e.timeout)
	defer cancel()
	o := op{verb: verbCreateVolume, target: cfg.Name}
	id := engine.ID{Kind: engine.KindVolume, Value: cfg.Name}
	if _, err := e.Get(ctx, id); !engine.IsNotFound(err) {
		return engine.ID{}, taken(o, err)
	}
	var made volume.Volume
	err := e.call(ctx, o, func(ctx context.Context, cli *client.Client) (err error) {
		made, err = cli.VolumeCreate(ctx, volume.CreateOptions{
			Name: cfg.Name, Driver: cfg.Driver, DriverOpts: cfg.DriverOpts, Labels: cfg.Labels,
		})
		return err
	})
	if err != nil {
		return engine.ID{}, err
	}
	// Labels hold a UID of this very creation: others were there first.
	if !maps.Equal(made.Labels, cfg.Labels) {
		return engine.ID{}, taken(o, nil)
	}
	return id, nil
}
