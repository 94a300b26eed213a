// SPDX-License-Identifier: Apache-2.0

package engine

import "time"

// ContainerConfig is a container to create: everything resolved, nothing of the
// manifest left to interpret. Zero values leave the image's or the engine's
// own default in place.
type ContainerConfig struct {
	Name   string
	Labels map[string]string

	Image      string
	Entrypoint []string
	Command    []string
	// Env are "NAME=value", sorted.
	Env        []string
	WorkingDir string
	User       string
	Hostname   string

	Ports       []PortBinding
	Attachments []Attachment
	Mounts      []Mount

	HealthCheck *HealthCheck
	StopSignal  string
	Privileged  bool
}

// MountType is the type of a mount.
type MountType string

// The mount types.
const (
	MountVolume MountType = "volume"
	MountBind   MountType = "bind"
	MountTmpfs  MountType = "tmpfs"
)

// Mount is one mount of a container.
type Mount struct {
	Type MountType
	// Source is a volume's engine name or an absolute host path; an empty
	// volume source is an anonymous volume.
	Source   string
	Target   string
	ReadOnly bool
}

// HealthCheck is a check that the engine runs; zero durations and counts leave
// the engine's default.
type HealthCheck struct {
	// Test is ["CMD", arg...], ["CMD-SHELL", command] or ["NONE"].
	Test        []string
	Interval    time.Duration
	Timeout     time.Duration
	StartPeriod time.Duration
	Retries     int
}

// NetworkConfig is a network to create.
type NetworkConfig struct {
	Name       string
	Labels     map[string]string
	Driver     string // empty means bridge
	DriverOpts map[string]string
	Internal   bool
	Attachable bool
	EnableIPv6 bool
	IPAM       *IPAM
}

// IPAM is the address management of a network.
type IPAM struct {
	Driver  string // empty means default
	Pools   []IPAMPool
	Options map[string]string
}

// IPAMPool is one address pool; Subnet and IPRange are CIDR prefixes.
type IPAMPool struct {
	Subnet       string
	IPRange      string
	Gateway      string
	AuxAddresses map[string]string
}

// VolumeConfig is a volume to create.
type VolumeConfig struct {
	Name       string
	Labels     map[string]string
	Driver     string // empty means local
	DriverOpts map[string]string
}
