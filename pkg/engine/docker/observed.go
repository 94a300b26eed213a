// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/go-connections/nat"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// observedConfig converts the configuration that an inspection reports.
func observedConfig(c container.InspectResponse) *engine.ContainerConfig {
	cfg := &engine.ContainerConfig{
		Image:       c.Config.Image,
		Entrypoint:  c.Config.Entrypoint,
		Command:     c.Config.Cmd,
		Env:         slices.Sorted(slices.Values(c.Config.Env)),
		WorkingDir:  c.Config.WorkingDir,
		User:        c.Config.User,
		Hostname:    c.Config.Hostname,
		DomainName:  c.Config.Domainname,
		Mounts:      observedMounts(c),
		HealthCheck: observedHealth(c.Config.Healthcheck),
		StopSignal:  c.Config.StopSignal,
		TTY:         c.Config.Tty,
		Stdin:       c.Config.OpenStdin,
		Ports:       publishedBindings(c.HostConfig.PortBindings),
	}
	if c.Config.StopTimeout != nil {
		cfg.StopTimeout = time.Duration(*c.Config.StopTimeout) * time.Second
	}
	cfg.Expose = exposedPorts(c.Config.ExposedPorts, cfg.Ports)
	observeHost(cfg, c.HostConfig)
	return cfg
}

func observeHost(cfg *engine.ContainerConfig, host *container.HostConfig) {
	if m := host.NetworkMode; m.IsHost() || m.IsNone() || m.IsContainer() {
		cfg.NetworkMode = string(m)
	}
	cfg.GroupAdd = host.GroupAdd
	cfg.DNS = host.DNS
	cfg.DNSSearch = host.DNSSearch
	cfg.DNSOptions = host.DNSOptions
	cfg.ExtraHosts = host.ExtraHosts
	cfg.ShmSize = host.ShmSize
	cfg.RestartPolicy = engine.RestartPolicy{
		Name: string(host.RestartPolicy.Name), MaximumRetryCount: host.RestartPolicy.MaximumRetryCount,
	}
	cfg.Init = host.Init
	cfg.Resources = observedResources(host.Resources)
	cfg.Privileged = host.Privileged
	cfg.CapAdd = host.CapAdd
	cfg.CapDrop = host.CapDrop
	cfg.ReadOnlyRootFilesystem = host.ReadonlyRootfs
	cfg.SecurityOpt = host.SecurityOpt
	cfg.Sysctls = host.Sysctls
	cfg.IPC = string(host.IpcMode)
	cfg.PID = string(host.PidMode)
	cfg.UserNS = string(host.UsernsMode)
	cfg.CgroupNS = string(host.CgroupnsMode)
	cfg.Runtime = host.Runtime
	cfg.OOMScoreAdj = host.OomScoreAdj
	cfg.Logging = engine.Logging{Driver: host.LogConfig.Type, Options: host.LogConfig.Config}
	for _, u := range host.Ulimits {
		cfg.Ulimits = append(cfg.Ulimits, engine.Ulimit{Name: u.Name, Soft: u.Soft, Hard: u.Hard})
	}
	for _, d := range host.Devices {
		cfg.Devices = append(cfg.Devices, engine.Device{
			HostPath: d.PathOnHost, ContainerPath: d.PathInContainer, Permissions: d.CgroupPermissions,
		})
	}
	for _, g := range host.DeviceRequests {
		cfg.GPUs = append(cfg.GPUs, engine.DeviceRequest{
			Driver: g.Driver, Count: g.Count, DeviceIDs: g.DeviceIDs, Capabilities: g.Capabilities, Options: g.Options,
		})
	}
}

func observedResources(r container.Resources) engine.Resources {
	out := engine.Resources{
		NanoCPUs:          r.NanoCPUs,
		CPUShares:         r.CPUShares,
		CPUSetCPUs:        r.CpusetCpus,
		Memory:            r.Memory,
		MemoryReservation: r.MemoryReservation,
		MemorySwap:        r.MemorySwap,
		BlkioWeight:       r.BlkioWeight,
	}
	if r.PidsLimit != nil {
		out.PIDs = max(*r.PidsLimit, 0)
	}
	return out
}

func observedHealth(h *container.HealthConfig) *engine.HealthCheck {
	if h == nil || len(h.Test) == 0 && h.Interval == 0 && h.Timeout == 0 && h.Retries == 0 {
		return nil
	}
	return &engine.HealthCheck{
		Test: h.Test, Interval: h.Interval, Timeout: h.Timeout,
		StartPeriod: h.StartPeriod, StartInterval: h.StartInterval, Retries: h.Retries,
	}
}

// observedMounts returns the mounts of a container, sorted by target. The options
// come from the request, because the mounts themselves lack them.
func observedMounts(c container.InspectResponse) []engine.Mount {
	requested := map[string]mount.Mount{}
	for _, m := range c.HostConfig.Mounts {
		requested[m.Target] = m
	}
	out := make([]engine.Mount, 0, len(c.Mounts))
	for _, m := range c.Mounts {
		found := engine.Mount{
			Type: engine.MountType(m.Type), Source: m.Source, Target: m.Destination,
			ReadOnly: !m.RW, Propagation: string(m.Propagation),
		}
		if m.Type == mount.TypeVolume {
			found.Source, found.Propagation = m.Name, ""
			if hexID.MatchString(m.Name) {
				found.Source = ""
			}
		}
		options := requested[m.Destination]
		if v := options.VolumeOptions; v != nil {
			found.NoCopy = v.NoCopy
		}
		if t := options.TmpfsOptions; t != nil {
			found.Size, found.Mode = t.SizeBytes, uint32(t.Mode)
		}
		out = append(out, found)
	}
	slices.SortFunc(out, func(a, b engine.Mount) int { return cmp.Compare(a.Target, b.Target) })
	return out
}

// publishedBindings returns the requested bindings, unlike boundPorts including
// those without a host port.
func publishedBindings(ports nat.PortMap) []engine.PortBinding {
	var out []engine.PortBinding
	for port, bindings := range ports {
		for _, b := range bindings {
			host, _ := strconv.Atoi(b.HostPort) // empty requests a free port
			out = append(out, engine.PortBinding{
				HostIP: b.HostIP, HostPort: host, ContainerPort: port.Int(), Protocol: port.Proto(),
			})
		}
	}
	return sortPorts(out)
}

// exposedPorts returns the ports of set that are not published, sorted.
func exposedPorts(set nat.PortSet, published []engine.PortBinding) []engine.Port {
	var out []engine.Port
	for port := range set {
		p := engine.Port{Number: port.Int(), Protocol: port.Proto()}
		if !slices.ContainsFunc(published, func(b engine.PortBinding) bool {
			return b.ContainerPort == p.Number && b.Protocol == p.Protocol
		}) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b engine.Port) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Protocol, b.Protocol))
	})
	return out
}
