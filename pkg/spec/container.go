// SPDX-License-Identifier: Apache-2.0

package spec

// PullPolicy specifies when an image is pulled.
type PullPolicy string

// The pull policies.
const (
	// PullAlways pulls the image before each creation of the container.
	PullAlways PullPolicy = "always"
	// PullMissing pulls the image if it is missing at the engine.
	PullMissing PullPolicy = "missing"
	// PullNever never pulls; a missing image stalls the object.
	PullNever PullPolicy = "never"
)

// Drift specifies what happens when an engine object no longer matches its
// manifest because something other than the controller changed it.
type Drift string

// The drift policies.
const (
	// DriftCorrect restores the declared state. It is the default.
	DriftCorrect Drift = "Correct"
	// DriftWarn reports the difference and leaves the object unchanged.
	DriftWarn Drift = "Warn"
	// DriftIgnore leaves the object unchanged and does not report the difference.
	DriftIgnore Drift = "Ignore"
)

// Container declares a container: its image and process, its networks, mounts
// and resource limits, its dependencies, and its restart behaviour.
type Container struct {
	// ID is an alias of metadata.name. It sets metadata.name if that is empty;
	// otherwise both must be equal.
	ID string `json:"id,omitempty" change:"none"`
	// Name is an alias of containerName. If both are set, they must be equal.
	Name string `json:"name,omitempty" change:"recreate"`
	// Image is the image to run, optionally with a tag or digest, such as
	// "nginx:1.29" or "registry.example.com/team/app@sha256:...".
	Image string `json:"image" change:"recreate"`
	// Tag is appended to Image if Image has neither a tag nor a digest (default
	// "latest").
	Tag string `json:"tag,omitempty" change:"recreate"`
	// PullPolicy specifies when to pull the image: always before each creation of
	// the container, only if it is missing at the engine, or never (default: always
	// for the tag "latest", otherwise missing).
	PullPolicy PullPolicy `json:"pullPolicy,omitempty" change:"none"`
	// Platform selects the variant of a multi-platform image, in the form
	// "os/arch[/variant]", such as "linux/arm64/v8" (default: the engine's platform).
	Platform string `json:"platform,omitempty" change:"recreate"`
	// Entrypoint is the executable and its leading arguments, run without a shell
	// (default: the image's entrypoint).
	Entrypoint []string `json:"entrypoint,omitempty" change:"recreate"`
	// Command is the list of arguments of the entrypoint (default: the image's
	// command).
	Command []string `json:"command,omitempty" change:"recreate"`
	// Env lists environment variables by name. A value is a string or a reference to
	// a key of a Config or Secret. Example: {LOG_LEVEL: debug, PASSWORD: {fromSecret:
	// {name: db, key: password}}}.
	Env map[string]EnvValue `json:"env,omitempty"`
	// EnvFile lists files with lines of NAME=value, relative to the directory of
	// the manifest. A later file overrides an earlier one, and Env overrides all files.
	EnvFile []string `json:"envFile,omitempty" change:"content"`
	// WorkingDir is the absolute path of the working directory (default: the image's
	// working directory).
	WorkingDir string `json:"workingDir,omitempty" change:"recreate"`
	// User is the user the process runs as, in the form "user[:group]", each by name or
	// number, such as "1000:1000" (default: the image's user).
	User string `json:"user,omitempty" change:"recreate"`
	// GroupAdd lists supplementary groups of the process, by name or number.
	GroupAdd []string `json:"groupAdd,omitempty" change:"recreate"`
	// Hostname is the host name of the container (default: metadata.name).
	Hostname string `json:"hostname,omitempty" change:"recreate"`
	// DomainName is the NIS domain name of the container.
	DomainName string `json:"domainName,omitempty" change:"recreate"`
	// ContainerName is the name of the container at the engine (default
	// "<name>.<namespace>").
	ContainerName string `json:"containerName,omitempty" change:"recreate"`
	// Ports lists the ports to publish on the host. Example: [{host: 8080,
	// container: 80}].
	Ports []Port `json:"ports,omitempty" change:"recreate"`
	// Expose lists ports that are documented in the container's metadata but not
	// published, such as 9000 or "9000-9010/udp".
	Expose []ExposedPort `json:"expose,omitempty" change:"recreate"`
	// Networks lists the networks to join, each by name or as an object (default: the
	// network of the namespace that --default-network names).
	Networks []NetworkRef `json:"networks,omitempty" change:"live"`
	// NetworkMode replaces Networks: "host" uses the host's network, "none" has no
	// network, and "container:<name>" shares the network of another container, where
	// the name may be "namespace/name".
	NetworkMode string `json:"networkMode,omitempty" change:"recreate"`
	// DNS lists IP addresses of name servers (default: the engine's name servers).
	DNS []string `json:"dns,omitempty" change:"recreate"`
	// DNSSearch lists the domains that are searched for short host names.
	DNSSearch []string `json:"dnsSearch,omitempty" change:"recreate"`
	// DNSOptions lists resolver options, such as "ndots:1".
	DNSOptions []string `json:"dnsOptions,omitempty" change:"recreate"`
	// ExtraHosts lists additional host entries in the form "name:address", such as
	// "db.local:10.0.0.5". The address "host-gateway" means the host.
	ExtraHosts []string `json:"extraHosts,omitempty" change:"recreate"`
	// Volumes lists the mounts of the container: volumes, host paths and tmpfs file
	// systems. Example: [{source: data, target: /data}].
	Volumes []Mount `json:"volumes,omitempty" change:"recreate"`
	// Configs lists Config objects whose entries are copied into the container as
	// files before it starts.
	Configs []FileRef `json:"configs,omitempty"`
	// Secrets lists Secret objects whose entries are copied into the container as
	// files before it starts.
	Secrets []FileRef `json:"secrets,omitempty"`
	// HealthCheck is a health check that the engine runs inside the container
	// (default: the image's health check).
	HealthCheck *HealthCheck `json:"healthCheck,omitempty" change:"recreate"`
	// Probes are health checks that the controller runs. Only exec probes need a
	// program inside the image.
	Probes *Probes `json:"probes,omitempty" change:"none"`
	// RestartPolicy specifies when the container is restarted after it exits: a policy
	// name, or an object with a limit of retries (default always).
	RestartPolicy RestartPolicy `json:"restartPolicy,omitzero" change:"live"`
	// RestartManagedBy specifies which side restarts the container: the controller, with
	// ordering and backoff, or the engine, which also restarts it while no controller
	// is running (default controller).
	RestartManagedBy RestartManager `json:"restartManagedBy,omitempty" change:"live"`
	// RestartBackoff sets the delay between restarts by the controller. It is not
	// allowed with restartManagedBy: engine.
	RestartBackoff *RestartBackoff `json:"restartBackoff,omitempty" change:"none"`
	// OnUnhealthy specifies whether an unhealthy container is restarted: restart or
	// ignore (default restart).
	OnUnhealthy OnUnhealthy `json:"onUnhealthy,omitempty" change:"none"`
	// Dependencies lists the containers that must reach a condition before this one
	// starts, each by name or as an object.
	Dependencies []Dependency `json:"dependencies,omitempty" change:"none"`
	// InitContainers lists containers that run to completion, one after another,
	// before every start of this container.
	InitContainers []InitContainer `json:"initContainers,omitempty"`
	// StopSignal is the signal that asks the process to stop, such as "SIGINT"
	// (default: the image's stop signal, otherwise SIGTERM).
	StopSignal string `json:"stopSignal,omitempty" change:"recreate"`
	// StopGracePeriod is the time between the stop signal and SIGKILL (default 10s).
	StopGracePeriod Duration `json:"stopGracePeriod,omitzero" change:"none"`
	// Resources are limits, reservations and devices.
	Resources Resources `json:"resources,omitzero"`
	// Privileged gives the container full access to the host's devices and kernel
	// (default false).
	Privileged bool `json:"privileged,omitempty" change:"recreate"`
	// CapAdd lists Linux capabilities to add to the engine's default set, such as
	// "NET_ADMIN".
	CapAdd []string `json:"capAdd,omitempty" change:"recreate"`
	// CapDrop lists Linux capabilities to remove from the default set; "ALL" removes
	// all of them.
	CapDrop []string `json:"capDrop,omitempty" change:"recreate"`
	// ReadOnlyRootFilesystem makes the root file system of the container read-only;
	// mounts stay writable (default false).
	ReadOnlyRootFilesystem bool `json:"readOnlyRootFilesystem,omitempty" change:"recreate"`
	// SecurityOpt lists security options of the engine, such as
	// "no-new-privileges:true".
	SecurityOpt []string `json:"securityOpt,omitempty" change:"recreate"`
	// Sysctls sets kernel parameters in the namespaces of the container, such as
	// net.core.somaxconn: "1024".
	Sysctls map[string]string `json:"sysctls,omitempty" change:"recreate"`
	// Init runs an init process in the container that forwards signals and reaps
	// zombie processes (default: the engine's setting).
	Init *bool `json:"init,omitempty" change:"recreate"`
	// TTY allocates a terminal for the process (default false).
	TTY bool `json:"tty,omitempty" change:"recreate"`
	// Stdin keeps the standard input of the process open (default false).
	Stdin bool `json:"stdin,omitempty" change:"recreate"`
	// IPC is the inter-process communication namespace: one of "private", "shareable", "none", "host" or
	// "container:<name>" (default: the engine's setting).
	IPC string `json:"ipc,omitempty" change:"recreate"`
	// PID is the process namespace: one of "private", "host" or "container:<name>"
	// (default private).
	PID string `json:"pid,omitempty" change:"recreate"`
	// UserNS is the user namespace; "host" disables user namespace remapping (default:
	// the engine's setting).
	UserNS string `json:"userns,omitempty" change:"recreate"`
	// CgroupNS is the cgroup namespace: one of "private" or "host" (default: the
	// engine's setting).
	CgroupNS string `json:"cgroupns,omitempty" change:"recreate"`
	// Runtime is the name of the OCI runtime, such as "runc" (default: the engine's
	// runtime).
	Runtime string `json:"runtime,omitempty" change:"recreate"`
	// OOMScoreAdj adjusts how likely the kernel is to kill the container when memory
	// runs out, from -1000 (never) to 1000 (first) (default 0).
	OOMScoreAdj int `json:"oomScoreAdj,omitempty" change:"recreate"`
	// Logging configures where the engine writes the output of the container (default:
	// the engine's setting).
	Logging *Logging `json:"logging,omitempty" change:"recreate"`
	// Labels are labels of the container at the engine.
	Labels map[string]string `json:"labels,omitempty" change:"recreate"`
	// Drift specifies what happens when the container at the engine no longer matches
	// the manifest: Correct restores it, Warn reports the difference, Ignore does
	// neither (default Correct).
	Drift Drift `json:"drift,omitempty" change:"none"`
	// Suspend stops the controller from acting on the object; its status is still
	// reported (default false). The annotation dev.reconciler/suspend: "true" does
	// the same for every kind.
	Suspend bool `json:"suspend,omitempty" change:"none"`
}

// Logging configures where the engine writes the output of a container.
type Logging struct {
	// Driver is the log driver of the engine, such as "json-file" or "local" (default:
	// the engine's setting).
	Driver string `json:"driver,omitempty"`
	// Options are passed to the driver unchanged, such as max-size: 10m.
	Options map[string]string `json:"options,omitempty"`
}

// InitContainer declares a container that runs to completion before each start of
// the container that lists it. It uses the networks of that container.
type InitContainer struct {
	// Name is the name of the init container, unique in the list; a DNS-1123 label.
	Name string `json:"name" change:"recreate"`
	// Image is the image to run (default: the image of the container).
	Image string `json:"image,omitempty" change:"recreate"`
	// Tag is appended to Image if Image has neither a tag nor a digest (default
	// "latest").
	Tag string `json:"tag,omitempty" change:"recreate"`
	// PullPolicy specifies when to pull the image: always before each creation of
	// the container, only if it is missing at the engine, or never (default: always
	// for the tag "latest", otherwise missing).
	PullPolicy PullPolicy `json:"pullPolicy,omitempty" change:"none"`
	// Entrypoint is the executable and its leading arguments, run without a shell
	// (default: the image's entrypoint).
	Entrypoint []string `json:"entrypoint,omitempty" change:"recreate"`
	// Command is the list of arguments of the entrypoint (default: the image's
	// command).
	Command []string `json:"command,omitempty" change:"recreate"`
	// Env lists environment variables by name. A value is a string or a reference to
	// a key of a Config or Secret.
	Env map[string]EnvValue `json:"env,omitempty"`
	// EnvFile lists files with lines of NAME=value, relative to the directory of
	// the manifest. A later file overrides an earlier one, and Env overrides all files.
	EnvFile []string `json:"envFile,omitempty" change:"content"`
	// WorkingDir is the absolute path of the working directory (default: the image's
	// working directory).
	WorkingDir string `json:"workingDir,omitempty" change:"recreate"`
	// User is the user the process runs as, in the form "user[:group]", each by name or
	// number, such as "1000:1000" (default: the image's user).
	User string `json:"user,omitempty" change:"recreate"`
	// Volumes lists the mounts of the init container.
	Volumes []Mount `json:"volumes,omitempty" change:"recreate"`
	// Configs lists Config objects whose entries are copied into the container as
	// files before it starts.
	Configs []FileRef `json:"configs,omitempty"`
	// Secrets lists Secret objects whose entries are copied into the container as
	// files before it starts.
	Secrets []FileRef `json:"secrets,omitempty"`
	// Timeout is the maximum run time; 0 means no limit (default 0).
	Timeout Duration `json:"timeout,omitzero" change:"none"`
	// Privileged gives the container full access to the host's devices and kernel
	// (default false).
	Privileged bool `json:"privileged,omitempty" change:"recreate"`
	// CapAdd lists Linux capabilities to add to the engine's default set.
	CapAdd []string `json:"capAdd,omitempty" change:"recreate"`
	// CapDrop lists Linux capabilities to remove from the default set; "ALL" removes
	// all of them.
	CapDrop []string `json:"capDrop,omitempty" change:"recreate"`
}
