// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// defaultPublishAddress is where ports are published that name no address.
const defaultPublishAddress = "127.0.0.1"

// containerConfig is a desired container in the engine's terms, under its final
// name and without labels.
func (w World) containerConfig(obj spec.Object) *engine.ContainerConfig {
	c := obj.Container
	cfg := &engine.ContainerConfig{
		Name:        obj.EngineName(),
		Image:       c.ImageReference(),
		Entrypoint:  c.Entrypoint,
		Command:     c.Command,
		WorkingDir:  c.WorkingDir,
		User:        c.User,
		Hostname:    cmp.Or(c.Hostname, obj.Metadata.Name),
		Attachments: attachments(w.Desired, obj),
		StopSignal:  c.StopSignal,
		Privileged:  c.Privileged,
		NetworkMode: w.mode(obj, c.NetworkMode),
		IPC:         w.mode(obj, c.IPC),
		PID:         w.mode(obj, c.PID),
	}
	if _, shared := spec.SharedWith(c.NetworkMode, ""); shared {
		cfg.Hostname = "" // the owner's
	}
	if byEngine(obj) {
		cfg.RestartPolicy = engine.RestartPolicy{
			Name: string(c.RestartPolicy.Name), MaximumRetryCount: c.RestartPolicy.MaximumRetryCount,
		}
	}
	for name, value := range obj.Environment("") {
		cfg.Env = append(cfg.Env, name+"="+value.Text.Reveal())
	}
	slices.Sort(cfg.Env)
	for _, p := range c.PublishedPorts() {
		cfg.Ports = append(cfg.Ports, engine.PortBinding{
			HostIP:        cmp.Or(p.HostIP, w.PublishAddress, defaultPublishAddress),
			HostPort:      p.Host,
			ContainerPort: p.Container,
			Protocol:      p.Protocol,
		})
	}
	for _, m := range c.Volumes {
		cfg.Mounts = append(cfg.Mounts, w.mount(obj, m))
	}
	if h := c.HealthCheck; h != nil {
		cfg.HealthCheck = &engine.HealthCheck{
			Test: h.Test, Interval: h.Interval.Std(), Timeout: h.Timeout.Std(),
			StartPeriod: h.StartPeriod.Std(), Retries: h.Retries,
		}
	}
	return cfg
}

// mount resolves the volume that a mount names.
func (w World) mount(obj spec.Object, m spec.Mount) engine.Mount {
	source := m.Source
	if m.Type == spec.MountVolume && source != "" {
		k := spec.Key{Kind: spec.KindVolume, Namespace: obj.Metadata.Namespace, Name: source}
		source = w.Desired.Objects[k].EngineName()
	}
	return engine.Mount{
		Type: engine.MountType(cmp.Or(m.Type, spec.MountVolume)), Source: source,
		Target: m.Target, ReadOnly: m.ReadOnly,
	}
}

// networkConfig is a desired network in the engine's terms, without labels.
func networkConfig(obj spec.Object) *engine.NetworkConfig {
	n := obj.Network
	cfg := &engine.NetworkConfig{
		Name:       obj.EngineName(),
		Driver:     n.Driver,
		DriverOpts: n.DriverOpts,
		Internal:   n.Internal,
		Attachable: n.Attachable,
		EnableIPv6: n.EnableIPv6,
	}
	if n.IPAM == nil {
		return cfg
	}
	cfg.IPAM = &engine.IPAM{Driver: n.IPAM.Driver, Options: n.IPAM.Options}
	for _, p := range n.IPAM.Config {
		cfg.IPAM.Pools = append(cfg.IPAM.Pools, engine.IPAMPool{
			Subnet: p.Subnet, IPRange: p.IPRange, Gateway: p.Gateway, AuxAddresses: p.AuxAddresses,
		})
	}
	return cfg
}

// volumeConfig is a desired volume in the engine's terms, without labels.
func volumeConfig(obj spec.Object) *engine.VolumeConfig {
	return &engine.VolumeConfig{
		Name:       obj.EngineName(),
		Driver:     obj.Volume.Driver,
		DriverOpts: obj.Volume.DriverOpts,
	}
}
