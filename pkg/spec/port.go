// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"strconv"
	"strings"
)

// Port publishes a port of the container, or a range of ports, on the host.
type Port struct {
	// Host is the port of the host, from 1 to 65535, or a range of the same length as
	// Container, such as "8000-8010". "auto" selects a free port, which is then kept
	// (default auto).
	Host PortRange `json:"host,omitzero"`
	// Container is the port of the container, from 1 to 65535, or a range.
	Container PortRange `json:"container"`
	// Protocol is one of tcp, udp or sctp (default tcp).
	Protocol string `json:"protocol,omitempty"`
	// HostIP is the address of the host to bind, such as "127.0.0.1" (default: the
	// controller's --publish-address).
	HostIP string `json:"hostIP,omitempty"`
}

// PublishedPort is one port that a container publishes.
type PublishedPort struct {
	// HostIP is the address in the manifest; empty means the controller's
	// --publish-address.
	HostIP string
	// Host is the port of the host; 0 means a free port.
	Host int
	// Container is the port of the container, from 1 to 65535.
	Container int
	// Protocol is tcp, udp or sctp.
	Protocol string
}

// PublishedPorts returns the ports of the container in the order of the manifest,
// one entry for each port of a range.
func (c *Container) PublishedPorts() []PublishedPort {
	var ports []PublishedPort
	for _, p := range c.Ports {
		for i := range p.Container.Len() {
			port := PublishedPort{HostIP: p.HostIP, Container: p.Container.First + i, Protocol: p.Protocol}
			if port.Protocol == "" {
				port.Protocol = "tcp"
			}
			if !p.Host.IsZero() {
				port.Host = p.Host.First + i
			}
			ports = append(ports, port)
		}
	}
	return ports
}

// PortRange is a port, or the ports from First to Last. The zero value means no
// port.
type PortRange struct{ First, Last int }

// IsZero reports whether the range has no port.
func (r PortRange) IsZero() bool { return r == PortRange{} }

// Len returns the number of ports.
func (r PortRange) Len() int {
	if r.IsZero() {
		return 0
	}
	return r.Last - r.First + 1
}

// String returns a form such as "80" or "8000-8010", or "auto" for no port.
func (r PortRange) String() string {
	switch {
	case r.IsZero():
		return "auto"
	case r.First == r.Last:
		return strconv.Itoa(r.First)
	}
	return fmt.Sprintf("%d-%d", r.First, r.Last)
}

// MarshalJSON encodes one port as a number, and other ranges as a string.
func (r PortRange) MarshalJSON() ([]byte, error) {
	if r.First == r.Last && !r.IsZero() {
		return []byte(r.String()), nil
	}
	return []byte(strconv.Quote(r.String())), nil
}

// UnmarshalJSON decodes the forms of MarshalJSON.
func (r *PortRange) UnmarshalJSON(data []byte) error { return unmarshalScalar(data, r) }

func (r *PortRange) parse(text string) error {
	if text == "auto" {
		*r = PortRange{}
		return nil
	}
	first, last, isRange := strings.Cut(text, "-")
	if !isRange {
		last = first
	}
	from, err := strconv.ParseUint(first, 0, 16)
	to, err2 := strconv.ParseUint(last, 0, 16)
	if err != nil || err2 != nil || from < 1 || to < from {
		return errScalar
	}
	*r = PortRange{int(from), int(to)}
	return nil
}

func (*PortRange) form() (want, example string) {
	return "a port from 1 to 65535 or a range", `write 8080 or "8000-8010"`
}

// ExposedPort is a port or a range of ports that is documented but not published,
// written as 9000, "9000-9010" or "9000/udp".
type ExposedPort struct {
	PortRange
	// Protocol is tcp, udp or sctp.
	Protocol string
}

// String returns a form such as "9000/tcp" or "9000-9010/tcp".
func (p ExposedPort) String() string { return p.PortRange.String() + "/" + p.Protocol }

// MarshalJSON encodes the port as a string.
func (p ExposedPort) MarshalJSON() ([]byte, error) { return []byte(strconv.Quote(p.String())), nil }

// UnmarshalJSON decodes a string or a number.
func (p *ExposedPort) UnmarshalJSON(data []byte) error { return unmarshalScalar(data, p) }

func (p *ExposedPort) parse(text string) error {
	ports, protocol, found := strings.Cut(text, "/")
	if !found {
		protocol = "tcp"
	}
	p.Protocol = protocol
	if protocol != "tcp" && protocol != "udp" && protocol != "sctp" || ports == "auto" {
		return errScalar
	}
	return p.PortRange.parse(ports)
}

func (*ExposedPort) form() (want, example string) {
	return "a port", `write 9000, "9000-9010" or "9000/udp"`
}
