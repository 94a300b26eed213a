// SPDX-License-Identifier: Apache-2.0

package spec

// NetworkRef joins a network. A string is short for {name: STRING}.
type NetworkRef struct {
	// Name is the name of a Network in the same namespace.
	Name string `json:"name"`
	// Aliases lists additional DNS names of the container on the network.
	Aliases []string `json:"aliases,omitempty"`
	// IPv4Address is a fixed address within a subnet of the network (default: assigned
	// by the engine).
	IPv4Address string `json:"ipv4Address,omitempty"`
	// IPv6Address is a fixed address within a subnet of the network (default: assigned
	// by the engine).
	IPv6Address string `json:"ipv6Address,omitempty"`
	// MACAddress is the MAC address on the network, such as "02:42:ac:11:00:02"
	// (default: assigned by the engine).
	MACAddress string `json:"macAddress,omitempty"`
	// Priority orders the networks of a container. They are joined from the highest to
	// the lowest priority, and the highest provides the default route (default 0).
	Priority int `json:"priority,omitempty"`
}
