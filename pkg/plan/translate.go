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
		Platform:    c.Platform,
		Entrypoint:  c.Entrypoint,
		Command:     c.Command,
		WorkingDir:  c.WorkingDir,
		User:        c.User,
		GroupAdd:    c.GroupAdd,
		Hostname:    hostname(obj),
		DomainName:  c.DomainName,
		NetworkMode: w.mode(obj, c.NetworkMode),
		Attachments: attachments(w.Desired, obj),
		DNS:         c.DNS,
		DNSSearch:   c.DNSSearch,
		DNSOptions:  c.DNSOptions,
		ExtraHosts:  c.ExtraHosts,
		HealthCheck: healthCheck(c.HealthCheck),
		StopSignal:  c.StopSignal,
		StopTimeout: c.StopGracePeriod.Std(),
		Init:        c.Init,
		TTY:         c.TTY,
		Stdin:       c.Stdin,
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
	cfg.Ports = w.bindings(obj)
	translateExpose(cfg, c)
	for _, m := range c.Volumes {
		cfg.Mounts = append(cfg.Mounts, w.mount(obj, m))
	}
	translateResources(cfg, c.Resources)
	w.translateRights(cfg, obj)
	return cfg
}

// hostname is the container's own, unless it has that of another one or of the
// host.
func hostname(obj spec.Object) string {
	if _, shared := spec.SharedWith(obj.Container.NetworkMode, ""); shared || obj.Container.NetworkMode == "host" {
		return obj.Container.Hostname
	}
	return cmp.Or(obj.Container.Hostname, obj.Metadata.Name)
}

func translateExpose(cfg *engine.ContainerConfig, c *spec.Container) {
	for _, e := range c.Expose {
		for n := e.First; n <= e.Last; n++ {
			cfg.Expose = append(cfg.Expose, engine.Port{Number: n, Protocol: e.Protocol})
		}
	}
}

func healthCheck(h *spec.HealthCheck) *engine.HealthCheck {
	if h == nil {
		return nil
	}
	return &engine.HealthCheck{
		Test: h.Test, Interval: h.Interval.Std(), Timeout: h.Timeout.Std(),
		StartPeriod: h.StartPeriod.Std(), StartInterval: h.StartInterval.Std(), Retries: h.Retries,
	}
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
		Target: m.Target, ReadOnly: m.ReadOnly, NoCopy: m.NoCopy,
		Propagation: m.Propagation, CreateHostPath: m.CreateHostPath,
		Size: m.Size.Bytes(), Mode: uint32(m.Mode),
	}
}

// files are what a container is given before its first start.
func files(obj spec.Object) []engine.File {
	if obj.Resolved == nil {
		return nil
	}
	var out []engine.File
	for _, f := range obj.Resolved.Files {
		out = append(out, engine.File{
			Path: f.Path, Content: []byte(f.Content.Reveal()), UID: f.UID, GID: f.GID, Mode: uint32(f.Mode),
		})
	}
	return out
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
