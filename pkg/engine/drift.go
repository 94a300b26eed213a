// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Difference is a field in which a container is not as it was meant to be.
type Difference struct {
	// Field is the manifest's word, such as "resources.limits.memory".
	Field string
	// Want and Have are for people; empty for env, whose values may be secret:
	// Want holds the names of the variables then.
	Want, Have string
}

// Live reports that Update, Connect or Disconnect can make up for the
// difference; all else takes another container. See Resources.Reachable.
func (d Difference) Live() bool {
	return d.Field == "restartPolicy" || d.Field == "networks" ||
		strings.HasPrefix(d.Field, "resources.limits.") || strings.HasPrefix(d.Field, "resources.reservations.") ||
		slices.Contains([]string{"resources.memorySwap", "resources.cpuShares", "resources.cpusetCpus", "resources.blkioWeight"}, d.Field)
}

// Differences are the fields that are declared and not as declared, in the order
// of the manifest's reference. What want leaves open is not compared, but for
// limits, nor are the name, the platform, the stop timeout (the controller stops
// what is ours), and what the engine does not tell. Containers of which only a summary was read
// have none.
func Differences(want ContainerConfig, have Object) []Difference {
	if have.Container == nil || have.Container.Config == nil {
		return nil
	}
	d := &differ{}
	has := have.Container.Config
	d.process(want, has)
	d.networks(want, have.Container)
	d.storage(want, has)
	d.resources(want.Resources, has.Resources)
	d.rights(want, has)
	d.subset("labels", want.Labels, have.Labels)
	return d.found
}

type differ struct{ found []Difference }

func (d *differ) add(field string, want, have any) {
	d.found = append(d.found, Difference{field, fmt.Sprint(want), fmt.Sprint(have)})
}

// set compares what is not zero; exact compares all.
func set[T comparable](d *differ, field string, want, have T) {
	var zero T
	if want != zero && want != have {
		d.add(field, want, have)
	}
}

func exact[T comparable](d *differ, field string, want, have T) {
	if want != have {
		d.add(field, want, have)
	}
}

// list compares lists in order, holds those without one; empty ones mean nothing.
func (d *differ) list(field string, want, have []string) {
	if len(want) > 0 && !slices.Equal(want, have) {
		d.add(field, want, have)
	}
}

func (d *differ) holds(field string, want, have []string) {
	if len(missing(want, have)) > 0 {
		d.add(field, want, have)
	}
}

// missing is what is wanted and not had.
func missing[T comparable](want, have []T) []T {
	var out []T
	for _, w := range want {
		if !slices.Contains(have, w) {
			out = append(out, w)
		}
	}
	return out
}

func (d *differ) subset(field string, want, have map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if value, ok := have[key]; !ok || value != want[key] {
			d.add(field+"."+key, want[key], value)
		}
	}
}

func (d *differ) process(want ContainerConfig, have *ContainerConfig) {
	set(d, "image", want.Image, have.Image)
	d.list("entrypoint", want.Entrypoint, have.Entrypoint)
	d.list("command", want.Command, have.Command)
	if lost := missing(want.Env, have.Env); len(lost) > 0 {
		for i, line := range lost {
			lost[i], _, _ = strings.Cut(line, "=")
		}
		d.found = append(d.found, Difference{Field: "env", Want: strings.Join(lost, " ")})
	}
	set(d, "workingDir", want.WorkingDir, have.WorkingDir)
	set(d, "user", want.User, have.User)
	d.holds("groupAdd", want.GroupAdd, have.GroupAdd)
	set(d, "hostname", want.Hostname, have.Hostname)
	set(d, "domainName", want.DomainName, have.DomainName)
	d.health(want.HealthCheck, have.HealthCheck)
	set(d, "stopSignal", want.StopSignal, have.StopSignal)
	exact(d, "restartPolicy", want.RestartPolicy.normal(), have.RestartPolicy.normal())
	if want.Init != nil && (have.Init == nil || *have.Init != *want.Init) {
		d.add("init", *want.Init, have.Init != nil && *have.Init)
	}
	exact(d, "tty", want.TTY, have.TTY)
	exact(d, "stdin", want.Stdin, have.Stdin)
	set(d, "logging.driver", want.Logging.Driver, have.Logging.Driver)
	d.subset("logging.options", want.Logging.Options, have.Logging.Options)
}

func (p RestartPolicy) normal() RestartPolicy {
	p.Name = cmp.Or(p.Name, "no")
	if p.Name != "on-failure" {
		p.MaximumRetryCount = 0
	}
	return p
}

func (d *differ) health(want, have *HealthCheck) {
	if want == nil {
		return
	}
	if have == nil {
		d.add("healthCheck", want.Test, "none")
		return
	}
	d.list("healthCheck.test", want.Test, have.Test)
	set(d, "healthCheck.interval", want.Interval, have.Interval)
	set(d, "healthCheck.timeout", want.Timeout, have.Timeout)
	set(d, "healthCheck.startPeriod", want.StartPeriod, have.StartPeriod)
	set(d, "healthCheck.startInterval", want.StartInterval, have.StartInterval)
	set(d, "healthCheck.retries", want.Retries, have.Retries)
}

func (d *differ) networks(want ContainerConfig, have *Container) {
	if lost := missing(normalPorts(want.Ports), normalPorts(have.Config.Ports)); len(lost) > 0 {
		d.add("ports", lost, have.Config.Ports)
	}
	told := slices.Clone(have.Config.Expose)
	for _, p := range have.Config.Ports {
		told = append(told, Port{p.ContainerPort, cmp.Or(p.Protocol, "tcp")})
	}
	expose := slices.Clone(want.Expose)
	for i, p := range expose {
		expose[i].Protocol = cmp.Or(p.Protocol, "tcp")
	}
	if lost := missing(expose, told); len(lost) > 0 {
		d.add("expose", lost, have.Config.Expose)
	}
	set(d, "networkMode", want.NetworkMode, have.Config.NetworkMode)
	if want.NetworkMode == "" {
		d.attachments(want.Attachments, have.Attachments)
	}
	d.list("dns", want.DNS, have.Config.DNS)
	d.list("dnsSearch", want.DNSSearch, have.Config.DNSSearch)
	d.list("dnsOptions", want.DNSOptions, have.Config.DNSOptions)
	d.holds("extraHosts", want.ExtraHosts, have.Config.ExtraHosts)
}

func normalPorts(in []PortBinding) []PortBinding {
	out := slices.Clone(in)
	for i, p := range out {
		out[i].Protocol = cmp.Or(strings.ToLower(p.Protocol), "tcp")
	}
	return out
}

// attachments tells each network that is not joined as declared. Further ones
// are not our business.
func (d *differ) attachments(want, have []Attachment) {
	for _, w := range want {
		i := slices.IndexFunc(have, func(h Attachment) bool { return h.Network == w.Network })
		if i < 0 {
			d.add("networks", w.Network, "not joined")
			continue
		}
		if w.As(have[i]) {
			continue
		}
		d.add("networks", w.Network, "joined in another way")
	}
}

// As reports that a place on a network is as it was asked for: aliases and
// addresses; what was left open may be anything.
func (at Attachment) As(have Attachment) bool {
	given := func(want, have string) bool { return want == "" || strings.EqualFold(want, have) }
	return len(missing(at.Aliases, have.Aliases)) == 0 &&
		given(at.IPv4Address, have.IPv4Address) && given(at.IPv6Address, have.IPv6Address) &&
		(have.MAC == "" || given(at.MACAddress, have.MAC))
}

func (d *differ) storage(want ContainerConfig, have *ContainerConfig) {
	for _, w := range want.Mounts {
		i := slices.IndexFunc(have.Mounts, func(h Mount) bool { return h.Target == w.Target })
		if i < 0 {
			d.add("volumes", w.Target, "not mounted")
		} else if !w.as(have.Mounts[i]) {
			d.add("volumes", w, have.Mounts[i])
		}
	}
	set(d, "resources.shmSize", want.ShmSize, have.ShmSize)
}

func (m Mount) as(have Mount) bool {
	return m.Type == have.Type && m.ReadOnly == have.ReadOnly && m.NoCopy == have.NoCopy &&
		(m.Source == "" || m.Source == have.Source) &&
		(m.Propagation == "" || m.Propagation == have.Propagation) &&
		(m.Size == 0 || m.Size == have.Size) && (m.Mode == 0 || m.Mode == have.Mode)
}

// resources compares what is left open too: no engine limits a container by
// itself, but for the swap that follows memory.
func (d *differ) resources(want, have Resources) {
	exact(d, "resources.limits.cpus", want.NanoCPUs, have.NanoCPUs)
	exact(d, "resources.limits.memory", want.Memory, have.Memory)
	exact(d, "resources.limits.pids", max(want.PIDs, 0), max(have.PIDs, 0))
	exact(d, "resources.reservations.memory", want.MemoryReservation, have.MemoryReservation)
	if want.MemorySwap != 0 || have.MemorySwap != 2*have.Memory {
		exact(d, "resources.memorySwap", want.MemorySwap, have.MemorySwap)
	}
	exact(d, "resources.cpuShares", want.CPUShares, have.CPUShares)
	exact(d, "resources.cpusetCpus", want.CPUSetCPUs, have.CPUSetCPUs)
	if have.BlkioWeight != 0 { // kernels without it discard it
		set(d, "resources.blkioWeight", want.BlkioWeight, have.BlkioWeight)
	}
}

func (d *differ) rights(want ContainerConfig, have *ContainerConfig) {
	for _, u := range missing(want.Ulimits, have.Ulimits) {
		d.add("resources.ulimits."+u.Name, u, have.Ulimits)
	}
	for _, w := range want.Devices {
		w.ContainerPath = cmp.Or(w.ContainerPath, w.HostPath)
		w.Permissions = cmp.Or(w.Permissions, "rwm")
		if !slices.Contains(have.Devices, w) {
			d.add("resources.devices", w, have.Devices)
		}
	}
	if len(want.GPUs) > 0 && fmt.Sprint(want.GPUs) != fmt.Sprint(have.GPUs) {
		d.add("resources.gpus", want.GPUs, have.GPUs)
	}
	exact(d, "privileged", want.Privileged, have.Privileged)
	d.holds("capAdd", capabilities(want.CapAdd), capabilities(have.CapAdd))
	d.holds("capDrop", capabilities(want.CapDrop), capabilities(have.CapDrop))
	exact(d, "readOnlyRootFilesystem", want.ReadOnlyRootFilesystem, have.ReadOnlyRootFilesystem)
	d.holds("securityOpt", want.SecurityOpt, have.SecurityOpt)
	d.subset("sysctls", want.Sysctls, have.Sysctls)
	set(d, "ipc", want.IPC, have.IPC)
	set(d, "pid", want.PID, have.PID)
	set(d, "userns", want.UserNS, have.UserNS)
	set(d, "cgroupns", want.CgroupNS, have.CgroupNS)
	set(d, "runtime", want.Runtime, have.Runtime)
	set(d, "oomScoreAdj", want.OOMScoreAdj, have.OOMScoreAdj)
}

// capabilities are in one spelling: engines tell "CAP_NET_ADMIN" or "NET_ADMIN".
func capabilities(in []string) []string {
	out := slices.Clone(in)
	for i, c := range out {
		out[i] = strings.TrimPrefix(strings.ToUpper(c), "CAP_")
	}
	return out
}
