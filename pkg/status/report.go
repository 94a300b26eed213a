// SPDX-License-Identifier: Apache-2.0

package status

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Report is everything known of one resource at one moment.
type Report struct {
	Key spec.Key
	// Object is what is desired; zero for an object that is being removed and
	// for a manifest file that declares nothing usable.
	Object spec.Object
	// UID identifies the resource from when it is declared until it is gone.
	UID string
	// FirstSeen is when the controller first knew of it, or when the engine made
	// what the controller found there at its start.
	FirstSeen time.Time
	// Run is the run of the container that the status tells of, Earlier the one
	// before of the same container; zero when none is known.
	Run, Earlier Run
	Status       Status
	// ResourceVersion is the store's version at which the report came to be;
	// the store sets it.
	ResourceVersion uint64
}

// Status is the status block of a resource as the API shows it.
type Status struct {
	// ObservedGeneration is the generation of the spec that the status is about.
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions tell what is true of the resource, and why.
	Conditions []condition.Condition `json:"conditions,omitempty"`
	// Phase is one word for people: Pending, Starting, Running, Unhealthy, Paused,
	// Completed, Exited, CrashLooping, Stalled, Suspended, Deleting, PruneWithheld, Present,
	// Invalid.
	Phase string `json:"phase,omitempty"`
	// ContainerID is the ID at the engine.
	ContainerID string `json:"containerID,omitempty"`
	// EngineName is the name at the engine.
	EngineName string `json:"engineName,omitempty"`
	// Image is the ID of the image that runs.
	Image string `json:"image,omitempty"`
	// Endpoints are the published ports, "127.0.0.1:8080->80/tcp".
	Endpoints []string `json:"endpoints,omitempty"`
	// StartedAt is when the container last started.
	StartedAt *time.Time `json:"startedAt,omitempty"`
	// FinishedAt is when it ended; absent while it runs.
	FinishedAt *time.Time `json:"finishedAt,omitempty"`
	// ExitCode is how it ended; absent while it runs.
	ExitCode *int `json:"exitCode,omitempty"`
	// LastEnd is how the container last ended, as far as the controller saw it.
	LastEnd *End `json:"lastEnd,omitempty"`
	// Restarts is how often it was started again.
	Restarts int `json:"restarts"`
	// NextRestartAt is when a crashed container will be started again.
	NextRestartAt *time.Time `json:"nextRestartAt,omitempty"`
	// Health is the worst state among its health check and probes.
	Health *Health `json:"health,omitempty"`
	// Metrics is the last sample of what it uses; absent when there is none.
	Metrics *Metrics `json:"metrics,omitempty"`
	// InitContainers are the init containers, in order.
	InitContainers []InitContainer `json:"initContainers,omitempty"`
	// BlockedBy are the resources that this one waits for.
	BlockedBy []Blocker `json:"blockedBy,omitempty"`
	// RootCause is what keeps it from being ready, down the chain of blockers.
	RootCause *Cause `json:"rootCause,omitempty"`
	// Dependencies are the keys of what it needs, "Kind/namespace/name", sorted.
	Dependencies []string `json:"dependencies,omitempty"`
	// Dependents are the keys of what needs it, sorted.
	Dependents []string `json:"dependents,omitempty"`
	// Source is the manifest, "file:line:column"; empty for implied objects.
	Source string `json:"source,omitempty"`
	// Variables are the names of the variables that the manifest uses, sorted.
	Variables []string `json:"variables,omitempty"`
}

// End is the end of a run of a container.
type End struct {
	// ExitCode is how it ended.
	ExitCode int `json:"exitCode"`
	// OutOfMemory says that the kernel killed it for want of memory.
	OutOfMemory bool `json:"outOfMemory,omitempty"`
	// StartedAt is when it had started.
	StartedAt time.Time `json:"startedAt"`
	// FinishedAt is when it ended.
	FinishedAt time.Time `json:"finishedAt"`
}

// Health is the worst state among a container's health check and probes.
type Health struct {
	// Status is starting, healthy or unhealthy.
	Status string `json:"status"`
	// FailingStreak is how many checks failed in a row.
	FailingStreak int `json:"failingStreak"`
	// Log is what the last check said.
	Log string `json:"log,omitempty"`
}

// Metrics is what a container uses.
type Metrics struct {
	// CPUPercent is that of one processor: 150 is one and a half.
	CPUPercent float64 `json:"cpuPercent"`
	// MemoryUsedBytes is the memory it uses, without the cache of files.
	MemoryUsedBytes uint64 `json:"memoryUsedBytes"`
	// MemoryLimitBytes is the memory it may use; zero means without limit.
	MemoryLimitBytes uint64 `json:"memoryLimitBytes,omitempty"`
	// NetworkRxBytes were received since its start.
	NetworkRxBytes uint64 `json:"networkRxBytes"`
	// NetworkTxBytes were sent since its start.
	NetworkTxBytes uint64 `json:"networkTxBytes"`
	// BlockReadBytes were read from devices since its start.
	BlockReadBytes uint64 `json:"blockReadBytes"`
	// BlockWriteBytes were written to devices since its start.
	BlockWriteBytes uint64 `json:"blockWriteBytes"`
	// PIDs is how many processes and threads it has.
	PIDs uint64 `json:"pids"`
	// SampledAt is when this was measured.
	SampledAt time.Time `json:"sampledAt"`
}

// InitContainer is how an init container of a container does. It is an object of
// its own too, with a log and conditions.
type InitContainer struct {
	// Name is that in the manifest.
	Name string `json:"name"`
	// Object is the key of its own object, "Kind/namespace/name".
	Object string `json:"object"`
	// Phase is that of its object.
	Phase string `json:"phase"`
	// ExitCode is that of its last run.
	ExitCode *int `json:"exitCode,omitempty"`
	// Restarts is how often it was started again.
	Restarts int `json:"restarts"`
}

// Blocker names a resource that this one waits for.
type Blocker struct {
	// Kind is the resource's kind.
	Kind spec.Kind `json:"kind"`
	// Namespace is the resource's namespace.
	Namespace string `json:"namespace"`
	// Name is the resource's name.
	Name string `json:"name"`
	// Reason is why it has to be waited for, in one word.
	Reason condition.Reason `json:"reason"`
	// Message is the reason in a sentence.
	Message string `json:"message,omitempty"`
}

// Cause is the first object down the chain of blockers that fails of itself.
type Cause struct {
	// Object is its key, "Kind/namespace/name".
	Object string `json:"object"`
	// Reason is why it fails, in one word.
	Reason condition.Reason `json:"reason"`
	// Message is the reason in a sentence.
	Message string `json:"message"`
	// Hint is what to do about it.
	Hint string `json:"hint,omitempty"`
	// LastLogLines are the last lines of its output.
	LastLogLines []string `json:"lastLogLines,omitempty"`
}

// EventType tells good news from bad.
type EventType string

// The event types, in Kubernetes' words.
const (
	Normal  EventType = "Normal"
	Warning EventType = "Warning"
)

// Event is something that happened to a resource.
type Event struct {
	Key     spec.Key
	Type    EventType
	Reason  string // CamelCase, such as "Started"
	Message string
	// First, Last and Count: an event that repeats is one event.
	First time.Time
	Last  time.Time
	Count int
	// ReconcileID is the pass in which it last happened, as in the log; empty when
	// it was none.
	ReconcileID string

	// Name is unique among events, ObjectUID is the UID of the resource at that
	// time, ResourceVersion the store's version of the event. The store sets
	// them; ObjectUID stays empty while the resource has no report.
	Name            string
	ObjectUID       string
	ResourceVersion uint64
}

// Controller is the controller's own state.
type Controller struct {
	Instance  string    `json:"instance"`
	Version   string    `json:"version"`
	PID       int       `json:"pid"`
	StartedAt time.Time `json:"startedAt"`
	Directory string    `json:"directory"`
	// Engine and whether it answers.
	Engine        string `json:"engine"`
	EngineVersion string `json:"engineVersion"`
	EngineHealthy bool   `json:"engineHealthy"`
	EngineError   string `json:"engineError,omitempty"`
	// Synced says that the first full pass is done.
	Synced bool `json:"synced"`
	// SourceComplete says that every manifest could be read.
	SourceComplete bool       `json:"sourceComplete"`
	SourceError    string     `json:"sourceError,omitempty"`
	LastRelist     *time.Time `json:"lastRelist,omitempty"`
	WatchHealthy   bool       `json:"watchHealthy"`
	QueueDepth     int        `json:"queueDepth"`
	Objects        int        `json:"objects"`
	Ready          int        `json:"ready"`
	// Withheld are the keys of what the prune guard keeps from being removed.
	Withheld []string `json:"withheld,omitempty"`
}

// blockerOf is how a plan's blocker is shown.
func blockerOf(b plan.Blocker) Blocker {
	return Blocker{Kind: b.Key.Kind, Namespace: b.Key.Namespace, Name: b.Key.Name, Reason: b.Reason, Message: b.Message}
}
