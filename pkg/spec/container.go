// SPDX-License-Identifier: Apache-2.0

package spec

// PullPolicy says when an image is pulled.
type PullPolicy string

// The pull policies.
const (
	// PullAlways pulls before each creation.
	PullAlways PullPolicy = "always"
	// PullMissing pulls when the engine does not have the image.
	PullMissing PullPolicy = "missing"
	// PullNever never pulls; a missing image stalls the object.
	PullNever PullPolicy = "never"
)

// RestartName is the name of a restart policy.
type RestartName string

// The restart policies. The controller carries them out, not the engine.
const (
	// RestartNo lets the container end; exit code 0 is Completed.
	RestartNo RestartName = "no"
	// RestartAlways restarts whatever the exit code. The default.
	RestartAlways RestartName = "always"
	// RestartOnFailure restarts on a non-zero exit code.
	RestartOnFailure RestartName = "on-failure"
	// RestartUnlessStopped restarts whatever the exit code.
	RestartUnlessStopped RestartName = "unless-stopped"
)

// Container is the spec of a container.
type Container struct {
	// ID is the seed's name for metadata.name: it fills that in when absent,
	// and must agree with it when present.
	ID string `json:"id,omitempty"`
	// Name is the seed's word for containerName.
	Name string `json:"name,omitempty"`
	// Image is the image reference; a tag or digest may be inside.
	Image string `json:"image"`
	// Tag is joined to Image when Image has neither tag nor digest.
	Tag string `json:"tag,omitempty"`
	// PullPolicy is always, missing or never; empty means always for the tag
	// "latest" and missing for all else.
	PullPolicy PullPolicy `json:"pullPolicy,omitempty"`
	// Entrypoint replaces the image's.
	Entrypoint []string `json:"entrypoint,omitempty"`
	// Command replaces the image's.
	Command []string `json:"command,omitempty"`
	// Env are the environment variables.
	Env map[string]string `json:"env,omitempty"`
	// WorkingDir replaces the image's.
	WorkingDir string `json:"workingDir,omitempty"`
	// User is "user", "uid" or either with ":group".
	User string `json:"user,omitempty"`
	// Hostname is the container's host name; empty means metadata.name.
	Hostname string `json:"hostname,omitempty"`
	// ContainerName overrides the engine's name "<name>.<namespace>".
	ContainerName string `json:"containerName,omitempty"`
	// Ports are the published ports.
	Ports []Port `json:"ports,omitempty"`
	// Networks are the networks joined; none means the namespace's own.
	Networks []NetworkRef `json:"networks,omitempty"`
	// Volumes are the mounts.
	Volumes []Mount `json:"volumes,omitempty"`
	// HealthCheck is run by the engine; nil leaves the image's in place.
	HealthCheck *HealthCheck `json:"healthCheck,omitempty"`
	// RestartPolicy is what follows the container's end.
	RestartPolicy RestartPolicy `json:"restartPolicy,omitzero"`
	// Dependencies are the containers to start after.
	Dependencies []Dependency `json:"dependencies,omitempty"`
	// StopSignal replaces the image's; SIGTERM when neither names one.
	StopSignal string `json:"stopSignal,omitempty"`
	// StopGracePeriod is the time between the stop signal and SIGKILL; zero
	// means 10s.
	StopGracePeriod Duration `json:"stopGracePeriod,omitzero"`
	// Privileged gives the container the host's powers.
	Privileged bool `json:"privileged,omitempty"`
	// Labels become engine labels.
	Labels map[string]string `json:"labels,omitempty"`
	// Suspend has the object observed and never acted on.
	Suspend bool `json:"suspend,omitempty"`
}

// Port is one published port.
type Port struct {
	// Host is the host's port, 1 to 65535; zero lets the engine choose.
	Host int `json:"host,omitempty"`
	// Container is the container's port, 1 to 65535.
	Container int `json:"container"`
	// Protocol is tcp, udp or sctp; empty means tcp.
	Protocol string `json:"protocol,omitempty"`
	// HostIP is the host address; empty means the controller's
	// --publish-address.
	HostIP string `json:"hostIP,omitempty"`
}

// NetworkRef joins a network. In a manifest the name alone may stand for it.
type NetworkRef struct {
	// Name is the name of a Network in the same namespace.
	Name string `json:"name"`
	// Aliases are further DNS names of the container on the network.
	Aliases []string `json:"aliases,omitempty"`
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
	// Type is volume, bind or tmpfs; empty means volume.
	Type MountType `json:"type,omitempty"`
	// Source is the name of a Volume in the same namespace, or the host path of
	// a bind; relative paths are relative to the manifest's folder.
	Source string `json:"source,omitempty"`
	// Target is the absolute path in the container.
	Target string `json:"target"`
	// ReadOnly forbids writing.
	ReadOnly bool `json:"readOnly,omitempty"`
}

// HealthCheck is a health check that the engine runs.
type HealthCheck struct {
	// Test is ["CMD", arg...], ["CMD-SHELL", command] or ["NONE"].
	Test []string `json:"test"`
	// Interval is the time between two runs; zero means 30s.
	Interval Duration `json:"interval,omitzero"`
	// Timeout is the limit of one run; zero means 30s.
	Timeout Duration `json:"timeout,omitzero"`
	// Retries is the number of failures in a row that mean unhealthy; zero
	// means 3.
	Retries int `json:"retries,omitempty"`
	// StartPeriod is the time in which failures do not count; zero means none.
	StartPeriod Duration `json:"startPeriod,omitzero"`
}

// RestartPolicy is what follows a container's end. In a manifest the name alone
// may stand for it.
type RestartPolicy struct {
	// Name is the policy; empty means always.
	Name RestartName `json:"name,omitempty"`
	// MaximumRetryCount limits on-failure; zero means no limit.
	MaximumRetryCount int `json:"maximumRetryCount,omitempty"`
}

// Dependency is a container to start after. In a manifest the name alone may
// stand for it.
type Dependency struct {
	// Name is the name of a Container, with "namespace/" before it when it is in
	// another one.
	Name string `json:"name"`
	// Condition is how far it must have come; empty means ready.
	Condition Until `json:"condition,omitempty"`
	// Required false lets the container start when the dependency is missing or
	// failed; nil means true.
	Required *bool `json:"required,omitempty"`
}
