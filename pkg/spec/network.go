// SPDX-License-Identifier: Apache-2.0

package spec

// DefaultNetworkName is the name of the network that each namespace gets for
// the containers which name none.
const DefaultNetworkName = "default"

// Network is a network that containers join. Each namespace has one named
// "default", which needs no manifest.
type Network struct {
	// Driver is the engine's network driver; empty means "bridge".
	Driver string `json:"driver,omitempty"`
	// DriverOpts are handed to the driver as they are.
	DriverOpts map[string]string `json:"driverOpts,omitempty"`
	// Internal cuts the network off from the outside.
	Internal bool `json:"internal,omitempty"`
	// Attachable lets containers outside a swarm service join.
	Attachable bool `json:"attachable,omitempty"`
	// EnableIPv6 turns IPv6 on.
	EnableIPv6 bool `json:"enableIPv6,omitempty"`
	// IPAM is the address management; nil leaves it to the engine.
	IPAM *IPAM `json:"ipam,omitempty"`
	// Labels become engine labels.
	Labels map[string]string `json:"labels,omitempty"`
	// External networks must exist and are never created, changed or removed.
	External bool `json:"external,omitempty"`
	// NetworkName overrides the engine's name "<name>.<namespace>".
	NetworkName string `json:"networkName,omitempty"`
}

// IPAM is the address management of a network.
type IPAM struct {
	// Driver is the engine's IPAM driver; empty means "default".
	Driver string `json:"driver,omitempty"`
	// Config lists the address pools.
	Config []IPAMConfig `json:"config,omitempty"`
	// Options are handed to the driver as they are.
	Options map[string]string `json:"options,omitempty"`
}

// IPAMConfig is one address pool.
type IPAMConfig struct {
	// Subnet is a CIDR prefix, such as "172.30.0.0/24".
	Subnet string `json:"subnet,omitempty"`
	// IPRange is the part of Subnet that addresses are taken from.
	IPRange string `json:"ipRange,omitempty"`
	// Gateway is the address of the gateway; empty means the first one.
	Gateway string `json:"gateway,omitempty"`
	// AuxAddresses are addresses in use by others, by name.
	AuxAddresses map[string]string `json:"auxAddresses,omitempty"`
}
