// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"cmp"
	"io/fs"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// allowAll is the value that removes a limit.
const allowAll = -1

func hostConfigOf(cfg engine.ContainerConfig, a api) *container.HostConfig {
	mounts, binds := mountsOf(cfg.Mounts, a)
	host := &container.HostConfig{
		Binds:          binds,
		Mounts:         mounts,
		NetworkMode:    container.NetworkMode(cfg.NetworkMode),
		DNS:            cfg.DNS,
		DNSSearch:      cfg.DNSSearch,
		DNSOptions:     cfg.DNSOptions,
		ExtraHosts:     cfg.ExtraHosts,
		GroupAdd:       cfg.GroupAdd,
		RestartPolicy:  restartPolicyOf(cfg.RestartPolicy),
		Privileged:     cfg.Privileged,
		CapAdd:         cfg.CapAdd,
		CapDrop:        cfg.CapDrop,
		ReadonlyRootfs: cfg.ReadOnlyRootFilesystem,
		SecurityOpt:    cfg.SecurityOpt,
		Sysctls:        cfg.Sysctls,
		Init:           cfg.Init,
		IpcMode:        container.IpcMode(cfg.IPC),
		PidMode:        container.PidMode(cfg.PID),
		UsernsMode:     container.UsernsMode(cfg.UserNS),
		CgroupnsMode:   container.CgroupnsMode(cfg.CgroupNS),
		Runtime:        cfg.Runtime,
		OomScoreAdj:    cfg.OOMScoreAdj,
		ShmSize:        cfg.ShmSize,
		LogConfig:      container.LogConfig{Type: cfg.Logging.Driver, Config: cfg.Logging.Options},
		Resources:      resourcesOf(cfg.Resources),
	}
	if cfg.NetworkMode == "" && len(cfg.Attachments) > 0 {
		host.NetworkMode = container.NetworkMode(cfg.Attachments[0].Network)
	}
	for _, u := range cfg.Ulimits {
		host.Ulimits = append(host.Ulimits, &container.Ulimit{Name: u.Name, Soft: u.Soft, Hard: u.Hard})
	}
	for _, d := range cfg.Devices {
		host.Devices = append(host.Devices, container.DeviceMapping{
			PathOnHost: d.HostPath, PathInContainer: cmp.Or(d.ContainerPath, d.HostPath), CgroupPermissions: cmp.Or(d.Permissions, "rwm"),
		})
	}
	for _, g := range cfg.GPUs {
		host.DeviceRequests = append(host.DeviceRequests, container.DeviceRequest{
			Driver: g.Driver, Count: g.Count, DeviceIDs: g.DeviceIDs, Capabilities: g.Capabilities, Options: g.Options,
		})
	}
	return host
}

// restartPolicyOf converts a restart policy. The default is "no", because the
// controller restarts containers and a second owner would race with it.
func restartPolicyOf(p engine.RestartPolicy) container.RestartPolicy {
	return container.RestartPolicy{
		Name:              container.RestartPolicyMode(cmp.Or(p.Name, string(container.RestartPolicyDisabled))),
		MaximumRetryCount: p.MaximumRetryCount,
	}
}

func resourcesOf(r engine.Resources) container.Resources {
	out := container.Resources{
		NanoCPUs:          r.NanoCPUs,
		CPUShares:         r.CPUShares,
		CpusetCpus:        r.CPUSetCPUs,
		Memory:            r.Memory,
		MemoryReservation: r.MemoryReservation,
		MemorySwap:        r.MemorySwap,
		BlkioWeight:       r.BlkioWeight,
	}
	if r.PIDs != 0 {
		out.PidsLimit = &r.PIDs
	}
	return out
}

// mountsOf converts mounts. It prefers mounts to binds, because with a bind the
// engine creates a missing host path as a directory owned by root. Engines before
// API 1.42 can create a host path in that form only.
func mountsOf(in []engine.Mount, a api) (mounts []mount.Mount, binds []string) {
	for _, m := range in {
		if m.CreateHostPath && m.Type == engine.MountBind && !a.has(apiCreateMountpoint) {
			binds = append(binds, bindOf(m))
			continue
		}
		mounts = append(mounts, mountOf(m))
	}
	return mounts, binds
}

func bindOf(m engine.Mount) string {
	mode := "rw"
	if m.ReadOnly {
		mode = "ro"
	}
	if m.Propagation != "" {
		mode += "," + m.Propagation
	}
	return m.Source + ":" + m.Target + ":" + mode
}

func mountOf(m engine.Mount) mount.Mount {
	out := mount.Mount{Type: mount.Type(m.Type), Source: m.Source, Target: m.Target, ReadOnly: m.ReadOnly}
	switch m.Type {
	case engine.MountVolume:
		if m.NoCopy {
			out.VolumeOptions = &mount.VolumeOptions{NoCopy: true}
		}
	case engine.MountBind:
		if m.Propagation != "" || m.CreateHostPath {
			out.BindOptions = &mount.BindOptions{
				Propagation: mount.Propagation(m.Propagation), CreateMountpoint: m.CreateHostPath,
			}
		}
	case engine.MountTmpfs:
		if m.Size != 0 || m.Mode != 0 {
			out.TmpfsOptions = &mount.TmpfsOptions{SizeBytes: m.Size, Mode: fs.FileMode(m.Mode)}
		}
	}
	return out
}
