// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// The range of the host ports that the engine chooses.
const (
	firstEphemeralPort = 32768
	lastEphemeralPort  = 60999
)

// ports holds the host ports that are not published by a container.
type ports struct {
	occupied map[int]bool // by foreign processes
	next     int          // the next port to choose
}

func newPorts() *ports { return &ports{occupied: map[int]bool{}, next: firstEphemeralPort} }

// publishPorts binds the host ports of a container unless it is isolated. It
// returns PortInUse if one of them is taken.
func (cs *containers) publishPorts(op Op, c *container) error {
	if c.isolated() {
		return nil
	}
	var bound []engine.PortBinding
	for _, p := range c.cfg.Ports {
		p.Protocol = cmp.Or(strings.ToLower(p.Protocol), "tcp")
		p.HostIP = cmp.Or(p.HostIP, "0.0.0.0")
		if p.HostPort == 0 {
			p.HostPort = cs.choosePort(p, bound)
		} else if cs.portTaken(p, bound) {
			return refuse(op, engine.PortInUse, "port %d/%s is already allocated", p.HostPort, p.Protocol)
		}
		bound = append(bound, p)
	}
	c.ports = bound
	slices.SortFunc(c.ports, comparePorts)
	return nil
}

// portTaken reports whether a binding collides with another one, be it of the
// same container (own), of another container or of a foreign process.
func (cs *containers) portTaken(p engine.PortBinding, own []engine.PortBinding) bool {
	if cs.ports.occupied[p.HostPort] {
		return true
	}
	for other := range cs.boundPorts(own) {
		if other.HostPort == p.HostPort && other.Protocol == p.Protocol &&
			(other.HostIP == p.HostIP || isWildcard(other.HostIP) || isWildcard(p.HostIP)) {
			return true
		}
	}
	return false
}

// boundPorts yields own and the bindings of all containers.
func (cs *containers) boundPorts(own []engine.PortBinding) iter.Seq[engine.PortBinding] {
	return func(yield func(engine.PortBinding) bool) {
		for _, p := range own {
			if !yield(p) {
				return
			}
		}
		for _, c := range cs.byValue {
			for _, p := range c.ports {
				if !yield(p) {
					return
				}
			}
		}
	}
}

func isWildcard(ip string) bool { return ip == "0.0.0.0" || ip == "::" }

// choosePort returns a free host port. It cycles through the range, so that a
// port is not reused at once.
func (cs *containers) choosePort(p engine.PortBinding, own []engine.PortBinding) int {
	for range lastEphemeralPort - firstEphemeralPort + 1 {
		p.HostPort = cs.ports.next
		cs.ports.next++
		if cs.ports.next > lastEphemeralPort {
			cs.ports.next = firstEphemeralPort
		}
		if !cs.portTaken(p, own) {
			break
		}
	}
	return p.HostPort
}

// publishedPorts returns the number of distinct container ports.
func (c *container) publishedPorts() int {
	distinct := map[engine.PortBinding]bool{}
	for _, p := range c.cfg.Ports {
		distinct[engine.PortBinding{ContainerPort: p.ContainerPort, Protocol: strings.ToLower(p.Protocol)}] = true
	}
	return len(distinct)
}
