// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/go-connections/nat"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// hexID matches the IDs of containers and the names of anonymous volumes.
var hexID = regexp.MustCompile(`^[0-9a-f]{64}$`)

func containerObject(c container.InspectResponse, img inheritance) engine.Object {
	obj := engine.Object{
		ID:              engine.ID{Kind: engine.KindContainer, Value: c.ID},
		Name:            strings.TrimPrefix(c.Name, "/"),
		Labels:          c.Config.Labels,
		InheritedLabels: img.labels,
		Created:         parseTime(c.Created),
		Container: &engine.Container{
			Image:          c.Config.Image,
			ImageID:        c.Image,
			Status:         engine.Status(c.State.Status),
			StartedAt:      parseTime(c.State.StartedAt),
			PID:            c.State.Pid,
			FinishedAt:     parseTime(c.State.FinishedAt),
			ExitCode:       c.State.ExitCode,
			OOMKilled:      c.State.OOMKilled,
			Error:          c.State.Error,
			RestartPolicy:  string(c.HostConfig.RestartPolicy.Name),
			RestartCount:   c.RestartCount,
			Config:         observedConfig(c),
			ImageConfig:    img.config,
			Attachments:    attachments(c.ID, c.NetworkSettings.Networks, c.State.Running),
			BaseNetwork:    c.HostConfig.NetworkMode.UserDefined(),
			Volumes:        volumeNames(c.Mounts),
			PublishedPorts: len(c.HostConfig.PortBindings),
		},
	}
	setHealth(obj.Container, c.State.Health)
	if obj.Container.Running() {
		obj.Container.Ports = boundPorts(c.NetworkSettings.Ports)
	}
	return obj
}

func setHealth(c *engine.Container, h *container.Health) {
	if h == nil || h.Status == container.NoHealthcheck {
		return
	}
	c.Health = engine.Health(h.Status)
	c.HealthFailures = h.FailingStreak
	if n := len(h.Log); n > 0 {
		c.HealthLog = strings.TrimSpace(h.Log[n-1].Output)
	}
}

// summaryObject converts an entry of the list of containers, which lacks times,
// exit code, health and configuration.
func summaryObject(s container.Summary) engine.Object {
	obj := engine.Object{
		ID:      engine.ID{Kind: engine.KindContainer, Value: s.ID},
		Labels:  s.Labels,
		Created: time.Unix(s.Created, 0).UTC(),
		Container: &engine.Container{
			Image:   s.Image,
			ImageID: s.ImageID,
			Status:  engine.Status(s.State),
			Volumes: volumeNames(s.Mounts),
		},
	}
	for _, name := range s.Names {
		// Links on the default bridge appear as additional names, "/other/alias".
		if name = strings.TrimPrefix(name, "/"); !strings.Contains(name, "/") {
			obj.Name = name
		}
	}
	if s.NetworkSettings != nil {
		obj.Container.Attachments = attachments(s.ID, s.NetworkSettings.Networks, s.State == container.StateRunning)
	}
	for _, p := range s.Ports {
		if p.PublicPort == 0 {
			continue
		}
		obj.Container.Ports = append(obj.Container.Ports, engine.PortBinding{
			HostIP: p.IP, HostPort: int(p.PublicPort), ContainerPort: int(p.PrivatePort), Protocol: p.Type,
		})
	}
	obj.Container.Ports = sortPorts(obj.Container.Ports)
	obj.Container.PublishedPorts = publishedPorts(obj.Container.Ports)
	return obj
}

func publishedPorts(ports []engine.PortBinding) int {
	distinct := map[string]bool{}
	for _, p := range ports {
		distinct[strconv.Itoa(p.ContainerPort)+"/"+p.Protocol] = true
	}
	return len(distinct)
}

// attachments returns the networks of a container, sorted by name. It leaves out
// networks that a running container failed to join, which older engines report
// without IDs.
func attachments(id string, networks map[string]*network.EndpointSettings, running bool) []engine.Attachment {
	out := make([]engine.Attachment, 0, len(networks))
	for name, ep := range networks {
		if running && ep != nil && ep.NetworkID == "" && ep.EndpointID == "" {
			continue
		}
		at := engine.Attachment{Network: name}
		if ep != nil {
			at.NetworkID, at.Priority = ep.NetworkID, ep.GwPriority
			at.IPAddress, at.IPv6, at.MAC = ep.IPAddress, ep.GlobalIPv6Address, ep.MacAddress
			at.Aliases = declaredAliases(id, ep.Aliases)
			if ipam := ep.IPAMConfig; ipam != nil {
				at.IPv4Address, at.IPv6Address = ipam.IPv4Address, ipam.IPv6Address
			}
		}
		out = append(out, at)
	}
	slices.SortFunc(out, func(a, b engine.Attachment) int { return cmp.Compare(a.Network, b.Network) })
	return out
}

// declaredAliases returns aliases without the short container ID that older
// engines add.
func declaredAliases(id string, aliases []string) []string {
	var out []string
	for _, a := range aliases {
		if len(a) != 12 || !strings.HasPrefix(id, a) {
			out = append(out, a)
		}
	}
	return out
}

func volumeNames(mounts []container.MountPoint) []string {
	var names []string
	for _, m := range mounts {
		if m.Type == mount.TypeVolume && !hexID.MatchString(m.Name) {
			names = append(names, m.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func boundPorts(ports nat.PortMap) []engine.PortBinding {
	var out []engine.PortBinding
	for port, bindings := range ports {
		for _, b := range bindings {
			host, err := strconv.Atoi(b.HostPort)
			if err != nil {
				continue
			}
			out = append(out, engine.PortBinding{
				HostIP: b.HostIP, HostPort: host, ContainerPort: port.Int(), Protocol: port.Proto(),
			})
		}
	}
	return sortPorts(out)
}

func sortPorts(ports []engine.PortBinding) []engine.PortBinding {
	slices.SortFunc(ports, func(a, b engine.PortBinding) int {
		return cmp.Or(cmp.Compare(a.ContainerPort, b.ContainerPort), cmp.Compare(a.Protocol, b.Protocol),
			cmp.Compare(a.HostIP, b.HostIP), cmp.Compare(a.HostPort, b.HostPort))
	})
	return slices.Compact(ports)
}

func networkObject(n network.Inspect) engine.Object {
	obj := engine.Object{
		ID:      engine.ID{Kind: engine.KindNetwork, Value: n.ID},
		Name:    n.Name,
		Labels:  n.Labels,
		Created: n.Created,
		Network: &engine.Network{
			Driver:     n.Driver,
			DriverOpts: n.Options,
			Internal:   n.Internal,
			Attachable: n.Attachable,
			EnableIPv6: n.EnableIPv6,
			IPAM:       engine.IPAM{Driver: n.IPAM.Driver, Options: n.IPAM.Options},
		},
	}
	for _, p := range n.IPAM.Config {
		obj.Network.IPAM.Pools = append(obj.Network.IPAM.Pools, engine.IPAMPool{
			Subnet: p.Subnet, IPRange: p.IPRange, Gateway: p.Gateway, AuxAddresses: p.AuxAddress,
		})
	}
	for id := range n.Containers {
		// Overlay networks also list endpoints of their own, with other keys.
		if hexID.MatchString(id) {
			obj.Network.Containers = append(obj.Network.Containers, id)
		}
	}
	slices.Sort(obj.Network.Containers)
	return obj
}

func volumeObject(v volume.Volume) engine.Object {
	return engine.Object{
		ID:      engine.ID{Kind: engine.KindVolume, Value: v.Name},
		Name:    v.Name,
		Labels:  v.Labels,
		Created: parseTime(v.CreatedAt),
		Volume:  &engine.Volume{Driver: v.Driver, DriverOpts: v.Options},
	}
}

// parseTime parses a time of the engine. It returns the zero time if s is invalid
// or "0001-01-01T00:00:00Z", which means never.
func parseTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.IsZero() {
		return time.Time{}
	}
	return t
}
