// SPDX-License-Identifier: Apache-2.0

package spec

// DefaultNetworkName is the name of the network, in each namespace, of containers
// that list none.
const DefaultNetworkName = "default"

// Network declares a network that containers join. The network "default" of each
// namespace exists without a manifest.
type Network struct {
	// Driver is the network driver of the engine (default "bridge").
	Driver string `json:"driver,omitempty" change:"recreate"`
	// DriverOpts are passed to the driver unchanged.
	DriverOpts map[string]string `json:"driverOpts,omitempty" change:"recreate"`
	// Internal isolates the network from other networks and the internet (default
	// false).
	Internal bool `json:"internal,omitempty" change:"recreate"`
	// Attachable lets containers that are not part of a swarm service join an overlay
	// network (default false).
	Attachable bool `json:"attachable,omitempty" change:"recreate"`
	// EnableIPv6 assigns IPv6 addresses on the network (default false).
	EnableIPv6 bool `json:"enableIPv6,omitempty" change:"recreate"`
	// IPAM configures how addresses are assigned (default: chosen by the engine).
	IPAM *IPAM `json:"ipam,omitempty" change:"recreate"`
	// Labels are labels of the network at the engine.
	Labels map[string]string `json:"labels,omitempty" change:"recreate"`
	// External declares that the network already exists; the controller never creates,
	// changes or removes it (default false).
	External bool `json:"external,omitempty" change:"recreate"`
	// NetworkName is the name of the network at the engine (default
	// "<name>.<namespace>").
	NetworkName string `json:"networkName,omitempty" change:"recreate"`
}

// IPAM configures how the addresses of a network are assigned.
type IPAM struct {
	// Driver is the IPAM driver of the engine (default "default").
	Driver string `json:"driver,omitempty"`
	// Config lists the address pools. Example: [{subnet: 172.30.0.0/24}].
	Config []IPAMConfig `json:"config,omitempty"`
	// Options are passed to the driver unchanged.
	Options map[string]string `json:"options,omitempty"`
}

// IPAMConfig declares one address pool.
type IPAMConfig struct {
	// Subnet is the subnet in CIDR notation, such as "172.30.0.0/24".
	Subnet string `json:"subnet,omitempty"`
	// IPRange is the part of Subnet from which addresses are assigned, in CIDR
	// notation (default: the whole subnet).
	IPRange string `json:"ipRange,omitempty"`
	// Gateway is the address of the gateway (default: the first address of the
	// subnet).
	Gateway string `json:"gateway,omitempty"`
	// AuxAddresses are addresses that are used by other devices and never assigned, by
	// name.
	AuxAddresses map[string]string `json:"auxAddresses,omitempty"`
}
