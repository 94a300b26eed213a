// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// The engine's defaults, and its limits.
const (
	defaultShmSize = 64 << 20
	hostMemory     = 8 << 30
	minimumMemory  = 6 << 20
)

// observe returns the configuration as an inspection reports it: with the values
// of the image and the engine's defaults filled in.
func (c *container) observe() *engine.ContainerConfig {
	out := engine.Inherit(c.cfg, c.image.behaviour.Config)
	out.Name, out.Labels, out.Attachments, out.Platform = "", nil, nil, ""
	out.Hostname = cmp.Or(out.Hostname, c.id.Value[:12])
	out.ShmSize = cmp.Or(out.ShmSize, defaultShmSize)
	out.RestartPolicy.Name = cmp.Or(out.RestartPolicy.Name, "no")
	out.Runtime = cmp.Or(out.Runtime, "runc")
	out.IPC = cmp.Or(out.IPC, "private")
	out.CgroupNS = cmp.Or(out.CgroupNS, "private")
	out.Logging.Driver = cmp.Or(out.Logging.Driver, "json-file")
	out.Resources = limits(out.Resources)
	if out.Privileged && !slices.Contains(out.SecurityOpt, "label=disable") {
		out.SecurityOpt = append(out.SecurityOpt, "label=disable")
	}
	for i, p := range out.Ports {
		out.Ports[i].Protocol = cmp.Or(strings.ToLower(p.Protocol), "tcp")
	}
	slices.SortFunc(out.Ports, comparePorts)
	for i, m := range out.Mounts {
		out.Mounts[i].CreateHostPath = false
		if m.Type == engine.MountBind {
			out.Mounts[i].Propagation = cmp.Or(m.Propagation, "rprivate")
		}
	}
	for i, d := range out.Devices {
		out.Devices[i].ContainerPath = cmp.Or(d.ContainerPath, d.HostPath)
		out.Devices[i].Permissions = cmp.Or(d.Permissions, "rwm")
	}
	return &out
}

// limits returns resources as the engine keeps them.
func limits(r engine.Resources) engine.Resources {
	if r.Memory != 0 && r.MemorySwap == 0 {
		r.MemorySwap = 2 * r.Memory
	}
	r.PIDs = max(r.PIDs, 0)
	return r
}

func comparePorts(a, b engine.PortBinding) int {
	return cmp.Or(cmp.Compare(a.ContainerPort, b.ContainerPort), cmp.Compare(a.Protocol, b.Protocol),
		cmp.Compare(a.HostIP, b.HostIP), cmp.Compare(a.HostPort, b.HostPort))
}

// environment returns the variables of a command in the container.
func (c *container) environment(more []string) map[string]string {
	env := map[string]string{}
	for _, line := range slices.Concat(c.image.behaviour.Config.Env, c.cfg.Env, more) {
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	return env
}

// filesCopy returns a copy of the delivered files, by path.
func (c *container) filesCopy() map[string]engine.File { return maps.Clone(c.files) }
