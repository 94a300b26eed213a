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

// Drift says what to do when the live object stops matching the manifest
// because somebody else changed it.
type Drift string

// The drift policies.
const (
	// DriftCorrect puts it right. The default.
	DriftCorrect Drift = "Correct"
	// DriftWarn tells of it and leaves it.
	DriftWarn Drift = "Warn"
	// DriftIgnore says nothing and leaves it.
	DriftIgnore Drift = "Ignore"
)

// Container is a container: what it runs, what it can reach and may use, what has
// to come before it, and what follows when it ends.
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
	// Platform is "os/arch[/variant]"; empty means the engine's own.
	Platform string `json:"platform,omitempty"`
	// Entrypoint replaces the image's.
	Entrypoint []string `json:"entrypoint,omitempty"`
	// Command replaces the image's.
	Command []string `json:"command,omitempty"`
	// Env are the environment variables. In a manifest a text, or a reference to
	// a key of a Config or Secret.
	Env map[string]EnvValue `json:"env,omitempty"`
	// EnvFile are files of NAME=value lines, relative to the manifest's folder;
	// a later one wins over an earlier one, and Env over all.
	EnvFile []string `json:"envFile,omitempty"`
	// WorkingDir replaces the image's.
	WorkingDir string `json:"workingDir,omitempty"`
	// User is "user", "uid" or either with ":group".
	User string `json:"user,omitempty"`
	// GroupAdd are further groups of the process, by name or number.
	GroupAdd []string `json:"groupAdd,omitempty"`
	// Hostname is the container's host name; empty means metadata.name.
	Hostname string `json:"hostname,omitempty"`
	// DomainName is the container's NIS domain name.
	DomainName string `json:"domainName,omitempty"`
	// ContainerName overrides the engine's name "<name>.<namespace>".
	ContainerName string `json:"containerName,omitempty"`
	// Ports are the published ports.
	Ports []Port `json:"ports,omitempty"`
	// Expose are ports that are told of and not published.
	Expose []ExposedPort `json:"expose,omitempty"`
	// Networks are the networks joined; none means the namespace's own,
	// whose name is that of --default-network.
	Networks []NetworkRef `json:"networks,omitempty"`
	// NetworkMode is "host", "none" or "container:<name>" instead of Networks;
	// the name may be "namespace/name".
	NetworkMode string `json:"networkMode,omitempty"`
	// DNS are the addresses of name servers.
	DNS []string `json:"dns,omitempty"`
	// DNSSearch are the domains in which names are looked up.
	DNSSearch []string `json:"dnsSearch,omitempty"`
	// DNSOptions are options of the resolver, such as "ndots:1".
	DNSOptions []string `json:"dnsOptions,omitempty"`
	// ExtraHosts are "name:address"; the address may be "host-gateway".
	ExtraHosts []string `json:"extraHosts,omitempty"`
	// Volumes are the mounts.
	Volumes []Mount `json:"volumes,omitempty"`
	// Configs are files made of Config objects, put into the container before it
	// starts.
	Configs []FileRef `json:"configs,omitempty"`
	// Secrets are files made of Secret objects, put into the container before it
	// starts.
	Secrets []FileRef `json:"secrets,omitempty"`
	// HealthCheck is run by the engine; nil leaves the image's in place.
	HealthCheck *HealthCheck `json:"healthCheck,omitempty"`
	// Probes are run by the controller, and need nothing inside the image.
	Probes *Probes `json:"probes,omitempty"`
	// RestartPolicy is what follows the container's end.
	RestartPolicy RestartPolicy `json:"restartPolicy,omitzero"`
	// RestartManagedBy is controller or engine; empty means controller. The
	// engine restarts also while no controller runs, without order or backoff
	// of ours.
	RestartManagedBy RestartManager `json:"restartManagedBy,omitempty"`
	// RestartBackoff is the delay between restarts by the controller; nil means
	// its defaults.
	RestartBackoff *RestartBackoff `json:"restartBackoff,omitempty"`
	// OnUnhealthy is restart or ignore; empty means restart.
	OnUnhealthy OnUnhealthy `json:"onUnhealthy,omitempty"`
	// Dependencies are the containers to start after.
	Dependencies []Dependency `json:"dependencies,omitempty"`
	// InitContainers run to completion, in order, before every start.
	InitContainers []InitContainer `json:"initContainers,omitempty"`
	// StopSignal replaces the image's; SIGTERM when neither names one.
	StopSignal string `json:"stopSignal,omitempty"`
	// StopGracePeriod is the time between the stop signal and SIGKILL; zero
	// means 10s.
	StopGracePeriod Duration `json:"stopGracePeriod,omitzero"`
	// Resources are limits, reservations and devices.
	Resources Resources `json:"resources,omitzero"`
	// Privileged gives the container the host's powers.
	Privileged bool `json:"privileged,omitempty"`
	// CapAdd are capabilities beyond the engine's default, such as "NET_ADMIN".
	CapAdd []string `json:"capAdd,omitempty"`
	// CapDrop are capabilities taken away; "ALL" takes all.
	CapDrop []string `json:"capDrop,omitempty"`
	// ReadOnlyRootFilesystem forbids writing outside mounts.
	ReadOnlyRootFilesystem bool `json:"readOnlyRootFilesystem,omitempty"`
	// SecurityOpt are the engine's security options, such as
	// "no-new-privileges:true".
	SecurityOpt []string `json:"securityOpt,omitempty"`
	// Sysctls are kernel parameters of the container's namespaces.
	Sysctls map[string]string `json:"sysctls,omitempty"`
	// Init runs an init process that reaps and forwards signals; nil leaves it
	// to the engine.
	Init *bool `json:"init,omitempty"`
	// TTY gives the process a terminal.
	TTY bool `json:"tty,omitempty"`
	// Stdin keeps the process's input open.
	Stdin bool `json:"stdin,omitempty"`
	// IPC is "private", "shareable", "none", "host" or "container:<name>"; empty
	// means the engine's default.
	IPC string `json:"ipc,omitempty"`
	// PID is "private", "host" or "container:<name>"; empty means private.
	PID string `json:"pid,omitempty"`
	// UserNS is "host", or empty for the engine's default.
	UserNS string `json:"userns,omitempty"`
	// CgroupNS is "private" or "host"; empty means the engine's default.
	CgroupNS string `json:"cgroupns,omitempty"`
	// Runtime is the OCI runtime, such as "runc"; empty means the engine's
	// default.
	Runtime string `json:"runtime,omitempty"`
	// OOMScoreAdj is -1000 to 1000: the higher, the sooner the kernel kills it
	// when memory is short.
	OOMScoreAdj int `json:"oomScoreAdj,omitempty"`
	// Logging is where the engine puts the output; nil means its default.
	Logging *Logging `json:"logging,omitempty"`
	// Labels become engine labels.
	Labels map[string]string `json:"labels,omitempty"`
	// Drift is Correct, Warn or Ignore; empty means Correct.
	Drift Drift `json:"drift,omitempty"`
	// Suspend has the object observed and never acted on. The annotation
	// dev.reconciler/suspend: "true" does the same for any kind.
	Suspend bool `json:"suspend,omitempty"`
}

// Logging is where the engine puts a container's output.
type Logging struct {
	// Driver is the engine's log driver, such as "json-file" or "local"; empty
	// means the engine's default.
	Driver string `json:"driver,omitempty"`
	// Options are handed to the driver as they are, such as max-size: 10m.
	Options map[string]string `json:"options,omitempty"`
}

// InitContainer is a container that runs to completion before each start of the
// one that has it. It shares that one's networks.
type InitContainer struct {
	// Name is unique in the list; a DNS-1123 label.
	Name string `json:"name"`
	// Image is the image reference; empty means the container's own.
	Image string `json:"image,omitempty"`
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
	Env map[string]EnvValue `json:"env,omitempty"`
	// EnvFile are files of NAME=value lines, relative to the manifest's folder.
	EnvFile []string `json:"envFile,omitempty"`
	// WorkingDir replaces the image's.
	WorkingDir string `json:"workingDir,omitempty"`
	// User is "user", "uid" or either with ":group".
	User string `json:"user,omitempty"`
	// Volumes are the mounts.
	Volumes []Mount `json:"volumes,omitempty"`
	// Configs are files made of Config objects.
	Configs []FileRef `json:"configs,omitempty"`
	// Secrets are files made of Secret objects.
	Secrets []FileRef `json:"secrets,omitempty"`
	// Timeout is how long it may run; zero means without limit.
	Timeout Duration `json:"timeout,omitzero"`
	// Privileged gives the container the host's powers.
	Privileged bool `json:"privileged,omitempty"`
	// CapAdd are capabilities beyond the engine's default.
	CapAdd []string `json:"capAdd,omitempty"`
	// CapDrop are capabilities taken away; "ALL" takes all.
	CapDrop []string `json:"capDrop,omitempty"`
}
