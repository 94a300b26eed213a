// SPDX-License-Identifier: Apache-2.0

package engine

import "time"

// ContainerConfig is a container as it was, or is to be, created. To create one,
// everything is resolved, nothing of the manifest is left to interpret, and zero
// values leave the image's or the engine's own default in place. Observed, it is
// what the engine reports: defaults are filled in, those of the image too; Name
// and Labels are the Object's then, Attachments the Container's.
type ContainerConfig struct {
	Name   string
	Labels map[string]string

	// Image is a reference or an ID; Platform is "os/arch[/variant]", empty means
	// the engine's own. Platform is not observed.
	Image      string
	Platform   string
	Entrypoint []string
	Command    []string
	// Env are "NAME=value", sorted.
	Env        []string
	WorkingDir string
	User       string
	GroupAdd   []string
	Hostname   string
	DomainName string

	Ports []PortBinding
	// Expose are ports that are told of and not published; those of Ports go
	// without saying, and are left out of what is observed.
	Expose []Port
	// NetworkMode is "host", "none" or "container:<id or name>" instead of
	// Attachments; empty joins those, or the engine's default network.
	NetworkMode string
	Attachments []Attachment
	DNS         []string
	DNSSearch   []string
	DNSOptions  []string
	// ExtraHosts are "host:address"; the address may be "host-gateway".
	ExtraHosts []string

	Mounts []Mount
	// ShmSize is the size of /dev/shm in bytes.
	ShmSize int64

	HealthCheck *HealthCheck
	StopSignal  string
	// StopTimeout is the grace of stops that name none, such as those of users;
	// the engine counts whole seconds.
	StopTimeout   time.Duration
	RestartPolicy RestartPolicy
	// Init runs an init process; nil leaves it to the engine.
	Init  *bool
	TTY   bool
	Stdin bool

	Resources Resources
	Ulimits   []Ulimit
	Devices   []Device
	GPUs      []DeviceRequest

	Privileged             bool
	CapAdd                 []string
	CapDrop                []string
	ReadOnlyRootFilesystem bool
	SecurityOpt            []string
	Sysctls                map[string]string
	// IPC, PID, UserNS and CgroupNS are the engine's words: "host", "private",
	// "shareable", "container:<id or name>".
	IPC         string
	PID         string
	UserNS      string
	CgroupNS    string
	Runtime     string
	OOMScoreAdj int
	Logging     Logging
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
	// NoCopy leaves an empty volume empty: what the image has at Target is not
	// copied into it.
	NoCopy bool
	// Propagation is that of a bind, such as "rslave"; empty means rprivate.
	Propagation string
	// CreateHostPath makes a folder of root of a bind's source that is missing.
	// It is not observed.
	CreateHostPath bool
	// Size of a tmpfs in bytes, and its Mode; zero means no limit and 01777.
	Size int64
	Mode uint32
}

// HealthCheck is a check that the engine runs; zero durations and counts leave
// the engine's default.
type HealthCheck struct {
	// Test is ["CMD", arg...], ["CMD-SHELL", command] or ["NONE"].
	Test        []string
	Interval    time.Duration
	Timeout     time.Duration
	StartPeriod time.Duration
	// StartInterval takes the place of Interval during the start period. Engines
	// before API 1.44 do not know it: Unsupported.
	StartInterval time.Duration
	Retries       int
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
