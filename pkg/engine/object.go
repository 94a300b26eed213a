// SPDX-License-Identifier: Apache-2.0

package engine

import "time"

// Kind is the kind of an engine object.
type Kind string

// The kinds of engine objects.
const (
	KindContainer Kind = "container"
	KindNetwork   Kind = "network"
	KindVolume    Kind = "volume"
	KindImage     Kind = "image"
)

// ID identifies one incarnation of an engine object: the engine's own ID for a
// container, network or image, the name for a volume. Comparable; the zero ID
// is none.
type ID struct {
	Kind  Kind
	Value string
}

// IsZero reports that the ID is none.
func (id ID) IsZero() bool { return id == ID{} }

// String is "kind/value" with the value cut to twelve characters as the
// engine's own tools do, except for volumes, whose value is a name.
func (id ID) String() string {
	v := id.Value
	if id.Kind != KindVolume && len(v) > 12 {
		v = v[:12]
	}
	return string(id.Kind) + "/" + v
}

// Object is one container, network or volume as the engine has it. The field
// that Kind names is set. Objects are values of the moment and are not changed
// after they were read.
type Object struct {
	ID   ID
	Name string
	// Labels are the object's labels.
	Labels map[string]string
	// InheritedLabels are, for a container, the labels of its image: what stands
	// in both with the same value was not put on the container by its creator.
	InheritedLabels map[string]string
	Created         time.Time

	Container *Container
	Network   *Network
	Volume    *Volume
}

// Status is the state of a container in the engine's words.
type Status string

// The container states.
const (
	StatusCreated    Status = "created"
	StatusRunning    Status = "running"
	StatusPaused     Status = "paused"
	StatusRestarting Status = "restarting"
	StatusRemoving   Status = "removing"
	StatusExited     Status = "exited"
	StatusDead       Status = "dead"
)

// Health is the state of the engine's own health check.
type Health string

// The health states; HealthNone means that there is no check.
const (
	HealthNone      Health = ""
	HealthStarting  Health = "starting"
	HealthHealthy   Health = "healthy"
	HealthUnhealthy Health = "unhealthy"
)

// Container is what the engine tells of a container.
type Container struct {
	// Image is the reference it was created with, ImageID what that meant.
	Image   string
	ImageID string
	// Status, and when it last started and ended; zero times mean never.
	Status     Status
	StartedAt  time.Time
	FinishedAt time.Time
	// PID is the process, in the numbers of the engine's host; zero unless running.
	PID int
	// ExitCode is that of the last end; meaningless before the first one.
	ExitCode int
	// OOMKilled says that the last end was the kernel's out-of-memory kill.
	OOMKilled bool
	// StopAskedAt is when somebody last asked the engine to stop or kill it, as
	// far as that is known; zero means that it is not.
	StopAskedAt time.Time
	// Error is the engine's text of the last failed start.
	Error string
	// Health and HealthLog: the check's state and its last output.
	Health    Health
	HealthLog string
	// HealthFailures counts the failures in a row.
	HealthFailures int
	// RestartPolicy is the engine's own policy; "no" or empty on ours, unless
	// the engine manages their restarts. RestartCount counts its restarts.
	RestartPolicy string
	RestartCount  int
	// Config is how it was created, or updated since, as the engine reports it;
	// nil where only a summary was read, as of foreign containers in a list.
	Config *ContainerConfig
	// ImageConfig is what the image brought along; zero where the image is gone.
	ImageConfig ImageConfig
	// Attachments are the networks joined, sorted by network name.
	Attachments []Attachment
	// Volumes are the names of the named volumes mounted, sorted.
	Volumes []string
	// Ports are the ports bound on the host now, sorted; empty unless running.
	Ports []PortBinding
	// PublishedPorts counts the container ports that the container was created
	// to publish: running with fewer Ports means that it lost its network.
	PublishedPorts int
}

// Running reports that the container's process runs, paused or not.
func (c *Container) Running() bool {
	return c.Status == StatusRunning || c.Status == StatusPaused
}

// Attachment is a container's place on a network.
type Attachment struct {
	// NetworkID is the incarnation; empty where the engine does not say.
	NetworkID string
	// Network is the network's engine name.
	Network string
	Aliases []string
	// IPv4Address, IPv6Address and MACAddress are those asked for; empty leaves
	// them to the engine. Engines before API 1.44 take a MACAddress for the first
	// network only (else Unsupported), and do not say whether it was asked for.
	IPv4Address string
	IPv6Address string
	MACAddress  string
	// Priority, the higher the more, says which network is joined first and, from
	// API 1.48 on, has the default route. Older engines do not report it.
	Priority int
	// IPAddress, IPv6, and MAC are those it has; empty while the container
	// does not run.
	IPAddress string
	IPv6      string
	MAC       string
}

// PortBinding binds a container port to a host address.
type PortBinding struct {
	HostIP        string
	HostPort      int // zero asks the engine for a free one
	ContainerPort int
	Protocol      string // tcp, udp or sctp
}

// Network is what the engine tells of a network.
type Network struct {
	Driver     string
	DriverOpts map[string]string
	Internal   bool
	Attachable bool
	EnableIPv6 bool
	// IPAM holds the pools in use, those that the engine chose too.
	IPAM IPAM
	// Containers are the IDs of the running containers on it, sorted.
	Containers []string
}

// Volume is what the engine tells of a volume.
type Volume struct {
	Driver     string
	DriverOpts map[string]string
}

// Image is what the engine tells of an image.
type Image struct {
	ID string
	// References are the tags ("nginx:latest") and digests
	// ("nginx@sha256:...") it is known by, in the engine's familiar form.
	References []string
	Labels     map[string]string
	// Platform is "os/arch[/variant]".
	Platform string
	Config   ImageConfig
}

// ImageConfig is what an image brings into its containers, labels aside.
type ImageConfig struct {
	Entrypoint []string
	Command    []string
	// Env are "NAME=value", sorted.
	Env        []string
	WorkingDir string
	User       string
	StopSignal string
	Expose     []Port
	// Volumes are the targets of its anonymous volumes, sorted.
	Volumes     []string
	HealthCheck *HealthCheck
}
