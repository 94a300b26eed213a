// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"maps"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// config returns the desired container in the engine's terms, with its final
// name and without labels.
func (c *incarnations) config() *engine.ContainerConfig {
	want := c.obj.Container
	cfg := &engine.ContainerConfig{
		Name:        c.obj.EngineName(),
		Image:       want.ImageReference(),
		Platform:    want.Platform,
		Entrypoint:  want.Entrypoint,
		Command:     want.Command,
		WorkingDir:  want.WorkingDir,
		User:        want.User,
		GroupAdd:    want.GroupAdd,
		Hostname:    hostname(c.obj),
		DomainName:  want.DomainName,
		NetworkMode: c.engineMode(want.NetworkMode),
		Attachments: attachments(c.Desired, c.obj),
		DNS:         want.DNS,
		DNSSearch:   want.DNSSearch,
		DNSOptions:  want.DNSOptions,
		ExtraHosts:  want.ExtraHosts,
		HealthCheck: healthCheck(want.HealthCheck),
		StopSignal:  want.StopSignal,
		StopTimeout: want.StopGracePeriod.Std(),
		Init:        want.Init,
		TTY:         want.TTY,
		Stdin:       want.Stdin,
	}
	if c.managedByEngine() {
		cfg.RestartPolicy = engine.RestartPolicy{
			Name: string(want.RestartPolicy.Name), MaximumRetryCount: want.RestartPolicy.MaximumRetryCount,
		}
	}
	for name, value := range c.obj.Environment("") {
		cfg.Env = append(cfg.Env, name+"="+value.Text.Reveal())
	}
	slices.Sort(cfg.Env)
	cfg.Ports = hostPorts{c.World}.bindings(c.obj)
	setExpose(cfg, want)
	for _, m := range want.Volumes {
		cfg.Mounts = append(cfg.Mounts, c.mount(m))
	}
	setResources(cfg, want.Resources)
	c.setRights(cfg)
	return cfg
}

// setRights sets the rights of a container and the namespaces that it shares.
func (c *incarnations) setRights(cfg *engine.ContainerConfig) {
	want := c.obj.Container
	cfg.Privileged = want.Privileged
	cfg.CapAdd, cfg.CapDrop = want.CapAdd, want.CapDrop
	cfg.ReadOnlyRootFilesystem = want.ReadOnlyRootFilesystem
	cfg.SecurityOpt = want.SecurityOpt
	cfg.Sysctls = want.Sysctls
	cfg.IPC = c.engineMode(want.IPC)
	if want.PID != "private" { // engines have no name for this mode, it is the default
		cfg.PID = c.engineMode(want.PID)
	}
	cfg.UserNS, cfg.CgroupNS = want.UserNS, want.CgroupNS
	cfg.Runtime = want.Runtime
	cfg.OOMScoreAdj = want.OOMScoreAdj
	if want.Logging != nil {
		cfg.Logging = engine.Logging{Driver: want.Logging.Driver, Options: want.Logging.Options}
	}
}

// mount returns a mount in the engine's terms. The name of a declared volume
// becomes its engine name.
func (c *incarnations) mount(m spec.Mount) engine.Mount {
	source := m.Source
	if m.Type == spec.MountVolume && source != "" {
		k := spec.Key{Kind: spec.KindVolume, Namespace: c.obj.Metadata.Namespace, Name: source}
		source = c.Desired.Objects[k].EngineName()
	}
	return engine.Mount{
		Type: engine.MountType(cmp.Or(m.Type, spec.MountVolume)), Source: source,
		Target: m.Target, ReadOnly: m.ReadOnly, NoCopy: m.NoCopy,
		Propagation: m.Propagation, CreateHostPath: m.CreateHostPath,
		Size: m.Size.Bytes(), Mode: uint32(m.Mode),
	}
}

// setResources sets the limits of a container.
func setResources(cfg *engine.ContainerConfig, r spec.Resources) {
	cfg.ShmSize = r.ShmSize.Bytes()
	cfg.Resources = engine.Resources{
		NanoCPUs:          int64(r.Limits.CPUs),
		Memory:            r.Limits.Memory.Bytes(),
		MemoryReservation: r.Reservations.Memory.Bytes(),
		MemorySwap:        r.MemorySwap.Bytes(),
		PIDs:              int64(r.Limits.PIDs),
		CPUShares:         int64(r.CPUShares),
		CPUSetCPUs:        r.CPUSetCPUs,
		BlkioWeight:       uint16(r.BlkioWeight), //nolint:gosec // 10 to 1000
	}
	for _, name := range slices.Sorted(maps.Keys(r.Ulimits)) {
		u := r.Ulimits[name]
		cfg.Ulimits = append(cfg.Ulimits, engine.Ulimit{Name: name, Soft: int64(u.Soft), Hard: int64(u.Hard)})
	}
	for _, d := range r.Devices {
		cfg.Devices = append(cfg.Devices, engine.Device{
			HostPath: d.Host, ContainerPath: cmp.Or(d.Container, d.Host), Permissions: cmp.Or(d.Permissions, "rwm"),
		})
	}
	if g := r.GPUs; g != nil {
		cfg.GPUs = []engine.DeviceRequest{{
			Driver: g.Driver, Count: g.Count, DeviceIDs: g.DeviceIDs,
			Capabilities: [][]string{append([]string{"gpu"}, g.Capabilities...)}, Options: g.Options,
		}}
	}
}

func setExpose(cfg *engine.ContainerConfig, c *spec.Container) {
	for _, e := range c.Expose {
		for n := e.First; n <= e.Last; n++ {
			cfg.Expose = append(cfg.Expose, engine.Port{Number: n, Protocol: e.Protocol})
		}
	}
}

// hostname returns the host name of a container. It is empty by default when the
// container shares the network of another one or of the host.
func hostname(obj spec.Object) string {
	if _, shared := spec.SharedWith(obj.Container.NetworkMode, ""); shared || obj.Container.NetworkMode == "host" {
		return obj.Container.Hostname
	}
	return cmp.Or(obj.Container.Hostname, obj.Metadata.Name)
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

// files returns the files that a container gets before its first start.
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

// networkConfig returns a desired network in the engine's terms, without labels.
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

// volumeConfig returns a desired volume in the engine's terms, without labels.
func volumeConfig(obj spec.Object) *engine.VolumeConfig {
	return &engine.VolumeConfig{
		Name:       obj.EngineName(),
		Driver:     obj.Volume.Driver,
		DriverOpts: obj.Volume.DriverOpts,
	}
}
