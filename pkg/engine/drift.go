// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Difference is a field in which a container deviates from its configuration.
type Difference struct {
	// Field is the path in the manifest, for example "resources.limits.memory".
	Field string
	// Want and Have are the two values as text. For env, whose values may be secret,
	// Want holds the names of the variables and Have is empty.
	Want, Have string
}

// Live reports whether Update, Connect or Disconnect can correct the difference.
// All others require another container. See Resources.Reachable.
func (d Difference) Live() bool {
	return d.Field == "restartPolicy" || d.Field == "networks" ||
		strings.HasPrefix(d.Field, "resources.limits.") || strings.HasPrefix(d.Field, "resources.reservations.") ||
		slices.Contains([]string{"resources.memorySwap", "resources.cpuShares", "resources.cpusetCpus", "resources.blkioWeight"}, d.Field)
}

// Differences returns the fields in which have deviates from want, in the order of
// the manifest's reference. Zero fields of want are not compared, except for
// limits. Neither are the name, the platform, the stop timeout, which has no
// effect because the controller passes the grace itself, and fields that the
// engine does not report. It returns nil if only a summary of the container was
// read.
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
	d.compareMap("labels", want.Labels, have.Labels)
	return d.found
}

type differ struct{ found []Difference }

func (d *differ) add(field string, want, have any) {
	d.found = append(d.found, Difference{field, fmt.Sprint(want), fmt.Sprint(have)})
}

// compareSet compares a value unless want is zero; compare always does.
func compareSet[T comparable](d *differ, field string, want, have T) {
	var zero T
	if want != zero && want != have {
		d.add(field, want, have)
	}
}

func compare[T comparable](d *differ, field string, want, have T) {
	if want != have {
		d.add(field, want, have)
	}
}

// compareList compares a list including its order, compareElements as a set. Both
// ignore an empty want.
func (d *differ) compareList(field string, want, have []string) {
	if len(want) > 0 && !slices.Equal(want, have) {
		d.add(field, want, have)
	}
}

func (d *differ) compareElements(field string, want, have []string) {
	if len(missing(want, have)) > 0 {
		d.add(field, want, have)
	}
}

// missing returns the elements of want that are not in have.
func missing[T comparable](want, have []T) []T {
	var out []T
	for _, w := range want {
		if !slices.Contains(have, w) {
			out = append(out, w)
		}
	}
	return out
}

// compareMap compares the entries of want, and ignores others.
func (d *differ) compareMap(field string, want, have map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if value, ok := have[key]; !ok || value != want[key] {
			d.add(field+"."+key, want[key], value)
		}
	}
}

func (d *differ) process(want ContainerConfig, have *ContainerConfig) {
	compareSet(d, "image", want.Image, have.Image)
	d.compareList("entrypoint", want.Entrypoint, have.Entrypoint)
	d.compareList("command", want.Command, have.Command)
	if lost := missing(want.Env, have.Env); len(lost) > 0 {
		for i, line := range lost {
			lost[i], _, _ = strings.Cut(line, "=")
		}
		d.found = append(d.found, Difference{Field: "env", Want: strings.Join(lost, " ")})
	}
	compareSet(d, "workingDir", want.WorkingDir, have.WorkingDir)
	compareSet(d, "user", want.User, have.User)
	d.compareElements("groupAdd", want.GroupAdd, have.GroupAdd)
	compareSet(d, "hostname", want.Hostname, have.Hostname)
	compareSet(d, "domainName", want.DomainName, have.DomainName)
	d.health(want.HealthCheck, have.HealthCheck)
	compareSet(d, "stopSignal", want.StopSignal, have.StopSignal)
	compare(d, "restartPolicy", want.RestartPolicy.normal(), have.RestartPolicy.normal())
	if want.Init != nil && (have.Init == nil || *have.Init != *want.Init) {
		d.add("init", *want.Init, have.Init != nil && *have.Init)
	}
	compare(d, "tty", want.TTY, have.TTY)
	compare(d, "stdin", want.Stdin, have.Stdin)
	compareSet(d, "logging.driver", want.Logging.Driver, have.Logging.Driver)
	d.compareMap("logging.options", want.Logging.Options, have.Logging.Options)
}

// normal returns the policy in the form that engines report.
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
	d.compareList("healthCheck.test", want.Test, have.Test)
	compareSet(d, "healthCheck.interval", want.Interval, have.Interval)
	compareSet(d, "healthCheck.timeout", want.Timeout, have.Timeout)
	compareSet(d, "healthCheck.startPeriod", want.StartPeriod, have.StartPeriod)
	compareSet(d, "healthCheck.startInterval", want.StartInterval, have.StartInterval)
	compareSet(d, "healthCheck.retries", want.Retries, have.Retries)
}

func (d *differ) networks(want ContainerConfig, have *Container) {
	if lost := missing(normalPorts(want.Ports), normalPorts(have.Config.Ports)); len(lost) > 0 {
		d.add("ports", lost, have.Config.Ports)
	}
	exposed := slices.Clone(have.Config.Expose)
	for _, p := range have.Config.Ports {
		exposed = append(exposed, Port{p.ContainerPort, cmp.Or(p.Protocol, "tcp")})
	}
	expose := slices.Clone(want.Expose)
	for i, p := range expose {
		expose[i].Protocol = cmp.Or(p.Protocol, "tcp")
	}
	if lost := missing(expose, exposed); len(lost) > 0 {
		d.add("expose", lost, have.Config.Expose)
	}
	compareSet(d, "networkMode", want.NetworkMode, have.Config.NetworkMode)
	if want.NetworkMode == "" {
		d.attachments(want.Attachments, have.Attachments)
	}
	d.compareList("dns", want.DNS, have.Config.DNS)
	d.compareList("dnsSearch", want.DNSSearch, have.Config.DNSSearch)
	d.compareList("dnsOptions", want.DNSOptions, have.Config.DNSOptions)
	d.compareElements("extraHosts", want.ExtraHosts, have.Config.ExtraHosts)
}

func normalPorts(in []PortBinding) []PortBinding {
	out := slices.Clone(in)
	for i, p := range out {
		out[i].Protocol = cmp.Or(strings.ToLower(p.Protocol), "tcp")
	}
	return out
}

// attachments adds a difference for each declared network that is not connected as
// declared. Other networks are ignored.
func (d *differ) attachments(want, have []Attachment) {
	for _, w := range want {
		i := slices.IndexFunc(have, func(h Attachment) bool { return h.Network == w.Network })
		if i < 0 {
			d.add("networks", w.Network, "not connected")
			continue
		}
		if w.FulfilledBy(have[i]) {
			continue
		}
		d.add("networks", w.Network, "connected with other settings")
	}
}

// FulfilledBy reports whether have fulfils the request at: it has its aliases and its
// addresses. Empty fields of at match anything.
func (at Attachment) FulfilledBy(have Attachment) bool {
	matches := func(want, have string) bool { return want == "" || strings.EqualFold(want, have) }
	return len(missing(at.Aliases, have.Aliases)) == 0 &&
		matches(at.IPv4Address, have.IPv4Address) && matches(at.IPv6Address, have.IPv6Address) &&
		(have.MAC == "" || matches(at.MACAddress, have.MAC))
}

func (d *differ) storage(want ContainerConfig, have *ContainerConfig) {
	for _, w := range want.Mounts {
		i := slices.IndexFunc(have.Mounts, func(h Mount) bool { return h.Target == w.Target })
		if i < 0 {
			d.add("volumes", w.Target, "not mounted")
		} else if !w.fulfilledBy(have.Mounts[i]) {
			d.add("volumes", w, have.Mounts[i])
		}
	}
	compareSet(d, "resources.shmSize", want.ShmSize, have.ShmSize)
}

// fulfilledBy reports whether have fulfils the request m.
func (m Mount) fulfilledBy(have Mount) bool {
	return m.Type == have.Type && m.ReadOnly == have.ReadOnly && m.NoCopy == have.NoCopy &&
		(m.Source == "" || m.Source == have.Source) &&
		(m.Propagation == "" || m.Propagation == have.Propagation) &&
		(m.Size == 0 || m.Size == have.Size) && (m.Mode == 0 || m.Mode == have.Mode)
}

// resources also compares zero values, because no engine sets a limit by itself,
// except for the limit of swap that follows memory.
func (d *differ) resources(want, have Resources) {
	compare(d, "resources.limits.cpus", want.NanoCPUs, have.NanoCPUs)
	compare(d, "resources.limits.memory", want.Memory, have.Memory)
	compare(d, "resources.limits.pids", max(want.PIDs, 0), max(have.PIDs, 0))
	compare(d, "resources.reservations.memory", want.MemoryReservation, have.MemoryReservation)
	if want.MemorySwap != 0 || have.MemorySwap != 2*have.Memory {
		compare(d, "resources.memorySwap", want.MemorySwap, have.MemorySwap)
	}
	compare(d, "resources.cpuShares", want.CPUShares, have.CPUShares)
	compare(d, "resources.cpusetCpus", want.CPUSetCPUs, have.CPUSetCPUs)
	if have.BlkioWeight != 0 { // some kernels ignore it
		compareSet(d, "resources.blkioWeight", want.BlkioWeight, have.BlkioWeight)
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
	compare(d, "privileged", want.Privileged, have.Privileged)
	d.compareElements("capAdd", capabilities(want.CapAdd), capabilities(have.CapAdd))
	d.compareElements("capDrop", capabilities(want.CapDrop), capabilities(have.CapDrop))
	compare(d, "readOnlyRootFilesystem", want.ReadOnlyRootFilesystem, have.ReadOnlyRootFilesystem)
	d.compareElements("securityOpt", want.SecurityOpt, have.SecurityOpt)
	d.compareMap("sysctls", want.Sysctls, have.Sysctls)
	compareSet(d, "ipc", want.IPC, have.IPC)
	compareSet(d, "pid", want.PID, have.PID)
	compareSet(d, "userns", want.UserNS, have.UserNS)
	compareSet(d, "cgroupns", want.CgroupNS, have.CgroupNS)
	compareSet(d, "runtime", want.Runtime, have.Runtime)
	compareSet(d, "oomScoreAdj", want.OOMScoreAdj, have.OOMScoreAdj)
}

// capabilities returns capabilities in one spelling, because engines report both
// "CAP_NET_ADMIN" and "NET_ADMIN".
func capabilities(in []string) []string {
	out := slices.Clone(in)
	for i, c := range out {
		out[i] = strings.TrimPrefix(strings.ToUpper(c), "CAP_")
	}
	return out
}
