// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Inherit returns cfg with the values of the image filled in, as an engine does
// when it creates a container. The result equals the configuration that the engine
// reports, except for the engine's own defaults. It shares no memory with cfg.
func Inherit(cfg ContainerConfig, img ImageConfig) ContainerConfig {
	out := cfg.Clone()
	if len(out.Entrypoint) == 0 {
		// A container with an entrypoint does not inherit the image's command.
		if len(out.Command) == 0 {
			out.Command = slices.Clone(img.Command)
		}
		out.Entrypoint = slices.Clone(img.Entrypoint)
	}
	out.Env = mergeEnv(img.Env, out.Env)
	out.WorkingDir = cmp.Or(out.WorkingDir, img.WorkingDir)
	out.User = cmp.Or(out.User, img.User)
	out.StopSignal = cmp.Or(out.StopSignal, img.StopSignal)
	out.Expose = mergePorts(out, img.Expose)
	out.HealthCheck = mergeHealth(out.HealthCheck, img.HealthCheck)
	for _, target := range img.Volumes {
		if !slices.ContainsFunc(out.Mounts, func(m Mount) bool { return m.Target == target }) {
			out.Mounts = append(out.Mounts, Mount{Type: MountVolume, Target: target})
		}
	}
	slices.SortFunc(out.Mounts, func(a, b Mount) int { return cmp.Compare(a.Target, b.Target) })
	return out
}

// Clone returns a copy that shares no memory with c.
func (c ContainerConfig) Clone() ContainerConfig {
	c.Labels = maps.Clone(c.Labels)
	c.Sysctls = maps.Clone(c.Sysctls)
	c.Logging.Options = maps.Clone(c.Logging.Options)
	for _, list := range []*[]string{
		&c.Entrypoint, &c.Command, &c.Env, &c.GroupAdd, &c.DNS, &c.DNSSearch, &c.DNSOptions,
		&c.ExtraHosts, &c.CapAdd, &c.CapDrop, &c.SecurityOpt,
	} {
		*list = slices.Clone(*list)
	}
	c.Ports = slices.Clone(c.Ports)
	c.Expose = slices.Clone(c.Expose)
	c.Mounts = slices.Clone(c.Mounts)
	c.Ulimits = slices.Clone(c.Ulimits)
	c.Devices = slices.Clone(c.Devices)
	c.GPUs = slices.Clone(c.GPUs)
	c.Attachments = slices.Clone(c.Attachments)
	for i, at := range c.Attachments {
		c.Attachments[i].Aliases = slices.Clone(at.Aliases)
	}
	if c.Init != nil {
		init := *c.Init
		c.Init = &init
	}
	c.HealthCheck = c.HealthCheck.clone()
	return c
}

func (h *HealthCheck) clone() *HealthCheck {
	if h == nil {
		return nil
	}
	out := *h
	out.Test = slices.Clone(h.Test)
	return &out
}

// mergeEnv returns the variables of both, sorted; over takes precedence.
func mergeEnv(under, over []string) []string {
	values := map[string]string{}
	for _, line := range slices.Concat(under, over) {
		name, _, _ := strings.Cut(line, "=")
		values[name] = line
	}
	return slices.Sorted(maps.Values(values))
}

// mergePorts returns the exposed ports of both without the published ones, sorted.
func mergePorts(cfg ContainerConfig, inherited []Port) []Port {
	published := func(p Port) bool {
		return slices.ContainsFunc(cfg.Ports, func(b PortBinding) bool {
			return b.ContainerPort == p.Number && cmp.Or(b.Protocol, "tcp") == cmp.Or(p.Protocol, "tcp")
		})
	}
	out := slices.DeleteFunc(slices.Concat(cfg.Expose, inherited), published)
	slices.SortFunc(out, func(a, b Port) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Protocol, b.Protocol))
	})
	return slices.Compact(out)
}

// mergeHealth returns over with its zero fields taken from under, the check of the
// image.
func mergeHealth(over, under *HealthCheck) *HealthCheck {
	if over == nil || under == nil || len(over.Test) > 0 && over.Test[0] == "NONE" {
		if over == nil {
			return under.clone()
		}
		return over
	}
	if len(over.Test) == 0 {
		over.Test = slices.Clone(under.Test)
	}
	over.Interval = cmp.Or(over.Interval, under.Interval)
	over.Timeout = cmp.Or(over.Timeout, under.Timeout)
	over.StartPeriod = cmp.Or(over.StartPeriod, under.StartPeriod)
	over.StartInterval = cmp.Or(over.StartInterval, under.StartInterval)
	over.Retries = cmp.Or(over.Retries, under.Retries)
	return over
}
