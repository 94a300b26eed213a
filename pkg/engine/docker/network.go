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

// CreateNetwork creates a network; see engine.Writer. Some engines let two
// networks that are created at the same time share a name, and then neither can be
// used by its name. CreateNetwork removes its network if it is the younger one.
func (e *Engine) CreateNetwork(ctx context.Context, cfg engine.NetworkConfig) (engine.ID, error) {
	ctx, cancel := e.deadline(ctx, e.timeout)
	defer cancel()
	o := op{verb: verbCreateNetwork, target: cfg.Name}
	if duplicates, err := e.networksNamed(ctx, o, cfg.Name); err != nil || len(duplicates) > 0 {
		return engine.ID{}, nameInUse(o, err)
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
	duplicates, err := e.networksNamed(ctx, o, cfg.Name)
	if err != nil || len(duplicates) < 2 || oldest(duplicates) == id.Value {
		return id, err
	}
	return engine.ID{}, e.discard(ctx, id, nameInUse(o, nil))
}

// nameInUse returns err, or an error of code NameInUse if err is nil.
func nameInUse(o op, err error) error {
	if err != nil {
		return err
	}
	return engine.Errorf(o.String(), engine.NameInUse, "the name is in use")
}

func oldest(duplicates []network.Summary) string {
	return slices.MinFunc(duplicates, func(a, b network.Summary) int {
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

// CreateVolume creates a volume; see engine.Writer. For a name that exists the
// engine returns the existing volume, whatever its options are. CreateVolume
// therefore reads the volume first, and compares the labels afterwards.
func (e *Engine) CreateVolume(ctx context.Context, cfg engine.VolumeConfig) (engine.ID, error) {
	ctx, cancel := e.deadline(ctx, e.timeout)
	defer cancel()
	o := op{verb: verbCreateVolume, target: cfg.Name}
	id := engine.ID{Kind: engine.KindVolume, Value: cfg.Name}
	if _, err := e.Get(ctx, id); !engine.IsNotFound(err) {
		return engine.ID{}, nameInUse(o, err)
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
	// The labels hold a UID of this creation. Others belong to an existing volume.
	if !maps.Equal(made.Labels, cfg.Labels) {
		return engine.ID{}, nameInUse(o, nil)
	}
	return id, nil
}
