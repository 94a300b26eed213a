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
// container, network or image, and the name for a volume. The zero ID identifies
// nothing.
type ID struct {
	Kind  Kind
	Value string
}

// IsZero reports whether the ID identifies nothing.
func (id ID) IsZero() bool { return id == ID{} }

// String returns "kind/value". Like the docker command it cuts the value to twelve
// characters, except for volumes, whose value is a name.
func (id ID) String() string {
	v := id.Value
	if id.Kind != KindVolume && len(v) > 12 {
		v = v[:12]
	}
	return string(id.Kind) + "/" + v
}

// Object is one container, network or volume as it was when it was read. Only the
// field for the kind of its ID is set. Objects are not changed after that.
type Object struct {
	ID   ID
	Name string
	// Labels are the object's labels.
	Labels map[string]string
	// InheritedLabels are the labels of a container's image. A label that is in both
	// maps with the same value was not set by the creator of the container.
	InheritedLabels map[string]string
	Created         time.Time

	Container *Container
	Network   *Network
	Volume    *Volume
}

// Status is the state of a container.
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

// The health states. HealthNone means that there is no health check.
const (
	HealthNone      Health = ""
	HealthStarting  Health = "starting"
	HealthHealthy   Health = "healthy"
	HealthUnhealthy Health = "unhealthy"
)

// Container is the state and configuration of a container.
type Container struct {
	// Image is the reference in the container's configuration, and ImageID the image
	// to which it was resolved.
	Image   string
	ImageID string
	// StartedAt and FinishedAt are the times of the last start and exit; zero means
	// never.
	Status     Status
	StartedAt  time.Time
	FinishedAt time.Time
	// PID is the process ID on the engine's host; zero unless the container runs.
	PID int
	// ExitCode is the code of the last exit. It is meaningless before the first one.
	ExitCode int
	// OOMKilled is true if the kernel ended the last run because memory ran out.
	OOMKilled bool
	// StopAskedAt is the time of the last request to stop or kill the container; zero
	// if it is not known.
	StopAskedAt time.Time
	// Error is the engine's text about the last start if that failed.
	Error string
	// Health is the state of the engine's health check, and HealthLog the output of
	// its last run.
	Health    Health
	HealthLog string
	// HealthFailures is the number of consecutive failures.
	HealthFailures int
	// RestartPolicy is the name of the engine's own policy: "no" or empty for
	// containers of the controller, unless the engine manages their restarts.
	// RestartCount is the number of restarts by that policy.
	RestartPolicy string
	RestartCount  int
	// Config is the present configuration as the engine reports it; nil if only a
	// summary was read, as for foreign containers in a list.
	Config *ContainerConfig
	// ImageConfig is the configuration of the image; zero if the image was removed.
	ImageConfig ImageConfig
	// Attachments are the connected networks, sorted by name.
	Attachments []Attachment
	// BaseNetwork is the engine name of the network on which the container was
	// created; empty if there is none or the engine does not report it. Docker from
	// release 28 neither starts the container nor connects it to a network while no
	// network has this name, even if the container has left it.
	BaseNetwork string
	// Volumes are the names of the mounted named volumes, sorted.
	Volumes []string
	// Ports are the bindings in effect on the host, sorted; empty unless the container
	// runs.
	Ports []PortBinding
	// PublishedPorts is the number of container ports that the container was created
	// to publish. A running container with fewer Ports has lost its network.
	PublishedPorts int
}

// Running reports whether the container's process exists, paused or not.
func (c *Container) Running() bool {
	return c.Status == StatusRunning || c.Status == StatusPaused
}

// Attachment is the connection of a container to a network.
type Attachment struct {
	// NetworkID is the incarnation of the network; empty if the engine does not report
	// it.
	NetworkID string
	// Network is the network's engine name.
	Network string
	Aliases []string
	// IPv4Address, IPv6Address and MACAddress are the requested addresses; empty
	// leaves the choice to the engine. Docker before API 1.44 accepts a MACAddress for
	// the first network only, otherwise it is Unsupported, and does not report it.
	IPv4Address string
	IPv6Address string
	MACAddress  string
	// Priority orders the networks: the one with the highest priority is connected
	// first and, with Docker from API 1.48, has the default route. Older engines do
	// not report it.
	Priority int
	// IPAddress, IPv6 and MAC are the addresses in use; empty unless the container
	// runs.
	IPAddress string
	IPv6      string
	MAC       string
}

// PortBinding binds a container port to a host address.
type PortBinding struct {
	HostIP        string
	HostPort      int // zero requests a free port
	ContainerPort int
	Protocol      string // tcp, udp or sctp
}

// Network is the configuration and the members of a network.
type Network struct {
	Driver     string
	DriverOpts map[string]string
	Internal   bool
	Attachable bool
	EnableIPv6 bool
	// IPAM holds the pools in use, including those that the engine chose.
	IPAM IPAM
	// Containers are the IDs of the running containers on the network, sorted.
	Containers []string
}

// Volume is the configuration of a volume.
type Volume struct {
	Driver     string
	DriverOpts map[string]string
}

// Image is a local image.
type Image struct {
	ID string
	// References are its tags ("nginx:latest") and digests ("nginx@sha256:..."), in
	// familiar form.
	References []string
	Labels     map[string]string
	// Platform is "os/arch[/variant]".
	Platform string
	Config   ImageConfig
}

// ImageConfig is what containers inherit from an image, except for labels.
type ImageConfig struct {
	Entrypoint []string
	Command    []string
	// Env holds "NAME=value", sorted.
	Env        []string
	WorkingDir string
	User       string
	StopSignal string
	Expose     []Port
	// Volumes are the mount points of anonymous volumes, sorted.
	Volumes     []string
	HealthCheck *HealthCheck
}
