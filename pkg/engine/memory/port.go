// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// The range that free host ports are taken from.
const (
	firstEphemeralPort = 32768
	lastEphemeralPort  = 60999
)

// bind binds the ports that a container publishes, if it has a network to
// publish them from.
func (e *Engine) bind(op Op, c *container) error {
	if c.isolated() {
		return nil
	}
	var bound []engine.PortBinding
	for _, p := range c.cfg.Ports {
		p.Protocol = cmp.Or(strings.ToLower(p.Protocol), "tcp")
		p.HostIP = cmp.Or(p.HostIP, "0.0.0.0")
		if p.HostPort == 0 {
			p.HostPort = e.freePort(p, bound)
		} else if e.portTaken(p, bound) {
			return portInUse(op, p)
		}
		bound = append(bound, p)
	}
	c.ports = bound
	slices.SortFunc(c.ports, comparePorts)
	return nil
}

func portInUse(op Op, p engine.PortBinding) error {
	return refuse(op, engine.PortInUse, "port %d/%s is already allocated", p.HostPort, p.Protocol)
}

// portTaken reports that a binding collides with one of a running container, of
// a foreign process, or of the same container.
func (e *Engine) portTaken(p engine.PortBinding, own []engine.PortBinding) bool {
	if e.occupied[p.HostPort] {
		return true
	}
	collides := func(other engine.PortBinding) bool {
		return other.HostPort == p.HostPort && other.Protocol == p.Protocol &&
			(other.HostIP == p.HostIP || wildcard(other.HostIP) || wildcard(p.HostIP))
	}
	if slices.ContainsFunc(own, collides) {
		return true
	}
	for _, c := range e.containers {
		if slices.ContainsFunc(c.ports, collides) {
			return true
		}
	}
	return false
}

func wildcard(ip string) bool { return ip == "0.0.0.0" || ip == "::" }

// freePort goes through the range in turn, so that ports are not reused at once.
func (e *Engine) freePort(p engine.PortBinding, own []engine.PortBinding) int {
	for range lastEphemeralPort - firstEphemeralPort + 1 {
		p.HostPort = e.nextPort
		e.nextPort++
		if e.nextPort > lastEphemeralPort {
			e.nextPort = firstEphemeralPort
		}
		if !e.portTaken(p, own) {
			break
		}
	}
	return p.HostPort
}

// publishedPorts counts the distinct container ports.
func (c *container) publishedPorts() int {
	distinct := map[engine.PortBinding]bool{}
	for _, p := range c.cfg.Ports {
		distinct[engine.PortBinding{ContainerPort: p.ContainerPort, Protocol: strings.ToLower(p.Protocol)}] = true
	}
	return len(distinct)
}
