// SPDX-License-Identifier: Apache-2.0

package engine

import "time"

// ContainerConfig is the configuration of a container, either to create or as
// observed. In a configuration to create, all references of the manifest are
// resolved, and zero values mean the default of the image or of the engine. In an
// observed configuration these defaults are filled in, and Name, Labels and
// Attachments are empty because Object and Container hold them.
type ContainerConfig struct {
	Name   string
	Labels map[string]string

	// Image is a reference or an ID. Platform is "os/arch[/variant]"; empty means the
	// engine's platform. Platform is not observed.
	Image      string
	Platform   string
	Entrypoint []string
	Command    []string
	// Env holds "NAME=value", sorted.
	Env        []string
	WorkingDir string
	User       string
	GroupAdd   []string
	Hostname   string
	DomainName string

	Ports []PortBinding
	// Expose are documented ports that are not published. An observed configuration
	// leaves out those that are also in Ports.
	Expose []Port
	// NetworkMode is "host", "none" or "container:<id or name>". If it is empty, the
	// container is connected to Attachments or, without any, to the engine's default
	// network.
	NetworkMode string
	Attachments []Attachment
	DNS         []string
	DNSSearch   []string
	DNSOptions  []string
	// ExtraHosts holds "host:address"; the address may be "host-gateway".
	ExtraHosts []string

	Mounts []Mount
	// ShmSize is the size of /dev/shm in bytes.
	ShmSize int64

	HealthCheck *HealthCheck
	StopSignal  string
	// StopTimeout is the grace of stops without one, for example by other users. The
	// engine rounds it to whole seconds.
	StopTimeout   time.Duration
	RestartPolicy RestartPolicy
	// Init runs an init process; nil means the engine's default.
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
	// IPC, PID, UserNS and CgroupNS are namespace modes of the engine: "host",
	// "private", "shareable" or "container:<id or name>".
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
	// Source is the engine name of a volume or an absolute host path. An empty source
	// of a volume means an anonymous volume.
	Source   string
	Target   string
	ReadOnly bool
	// NoCopy prevents that the engine copies the image's files at Target into an empty
	// volume.
	NoCopy bool
	// Propagation is the mount propagation of a bind, for example "rslave"; empty
	// means "rprivate".
	Propagation string
	// CreateHostPath creates a missing source of a bind as a directory owned by root.
	// It is not observed.
	CreateHostPath bool
	// Size and Mode are the size in bytes and the permissions of a tmpfs; zero means
	// no limit and 01777.
	Size int64
	Mode uint32
}

// HealthCheck is a check that the engine runs. Zero durations and counts mean the
// engine's defaults.
type HealthCheck struct {
	// Test is ["CMD", arg...], ["CMD-SHELL", command] or ["NONE"].
	Test        []string
	Interval    time.Duration
	Timeout     time.Duration
	StartPeriod time.Duration
	// StartInterval replaces Interval during the start period. It is Unsupported with
	// Docker before API 1.44.
	StartInterval time.Duration
	Retries       int
}

// NetworkConfig is the configuration of a network to create.
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

// IPAMPool is an address pool. Subnet and IPRange are CIDR prefixes.
type IPAMPool struct {
	Subnet       string
	IPRange      string
	Gateway      string
	AuxAddresses map[string]string
}

// VolumeConfig is the configuration of a volume to create.
type VolumeConfig struct {
	Name       string
	Labels     map[string]string
	Driver     string // empty means local
	DriverOpts map[string]string
}
