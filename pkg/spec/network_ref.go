// SPDX-License-Identifier: Apache-2.0

package spec

// NetworkRef joins a network. In a manifest the name alone may stand for it.
type NetworkRef struct {
	// Name is the name of a Network in the same namespace.
	Name string `json:"name"`
	// Aliases are further DNS names of the container on the network.
	Aliases []string `json:"aliases,omitempty"`
	// IPv4Address is a static address within a subnet of the network.
	IPv4Address string `json:"ipv4Address,omitempty"`
	// IPv6Address is a static address within a subnet of the network.
	IPv6Address string `json:"ipv6Address,omitempty"`
	// MACAddress is the MAC address on the network, such as "02:42:ac:11:00:02".
	MACAddress string `json:"macAddress,omitempty"`
	// Priority orders the joining: the highest first, which becomes the default
	// route of a container on several networks.
	Priority int `json:"priority,omitempty"`
}
