// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import "time"

// Status is the status block of a resource.
type Status struct {
	// ObservedGeneration is the generation of the spec that the status describes.
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions describe the state of the resource, each with its reason.
	Conditions []Condition `json:"conditions,omitempty"`
	// Phase summarizes the state in one word: Pending, Starting, Running, Unhealthy,
	// Stopped, Paused, Completed, Exited, CrashLooping, Stalled, Suspended, Deleting,
	// PruneWithheld, Present or Invalid.
	Phase string `json:"phase,omitempty"`
	// ContainerID is the ID of the container at the engine.
	ContainerID string `json:"containerID,omitempty"`
	// EngineName is the name of the object at the engine.
	EngineName string `json:"engineName,omitempty"`
	// Image is the ID of the image that the container was created from.
	Image string `json:"image,omitempty"`
	// Endpoints are the published ports, for example "127.0.0.1:8080->80/tcp".
	Endpoints []string `json:"endpoints,omitempty"`
	// StartedAt is the time of the last start.
	StartedAt *time.Time `json:"startedAt,omitempty"`
	// FinishedAt is the time at which the container exited; absent while it runs.
	FinishedAt *time.Time `json:"finishedAt,omitempty"`
	// ExitCode is the exit code of the container; absent while it runs.
	ExitCode *int `json:"exitCode,omitempty"`
	// LastEnd describes the last time that the controller saw the container exit.
	LastEnd *Termination `json:"lastEnd,omitempty"`
	// Restarts is the number of restarts.
	Restarts int `json:"restarts"`
	// NextRestartAt is the time of the next restart of a failed container.
	NextRestartAt *time.Time `json:"nextRestartAt,omitempty"`
	// Health is the worst state among the health check and the probes.
	Health *Health `json:"health,omitempty"`
	// Metrics is the last sample of the resource usage; absent without a sample.
	Metrics *Metrics `json:"metrics,omitempty"`
	// InitContainers are the init containers, in order.
	InitContainers []InitContainer `json:"initContainers,omitempty"`
	// BlockedBy are the resources that this one waits for.
	BlockedBy []Blocker `json:"blockedBy,omitempty"`
	// RootCause is the failure that keeps the resource from becoming ready, found
	// by following the blockers.
	RootCause *RootCause `json:"rootCause,omitempty"`
	// Dependencies are the keys of the resources that this one needs, for example
	// "Container/default/db", sorted.
	Dependencies []string `json:"dependencies,omitempty"`
	// Dependents are the keys of the resources that need this one, sorted.
	Dependents []string `json:"dependents,omitempty"`
	// Source is the position of the manifest, "file:line:column"; empty for objects
	// that the controller declares itself.
	Source string `json:"source,omitempty"`
	// Variables are the names of the variables that the manifest uses, sorted.
	Variables []string `json:"variables,omitempty"`
}

// Termination describes the end of one run of a container.
type Termination struct {
	// ExitCode is the exit code.
	ExitCode int `json:"exitCode"`
	// OutOfMemory is true if the kernel OOM-killed the container.
	OutOfMemory bool `json:"outOfMemory,omitempty"`
	// StartedAt is the start of the run.
	StartedAt time.Time `json:"startedAt"`
	// FinishedAt is the end of the run.
	FinishedAt time.Time `json:"finishedAt"`
}

// Health is the worst state among a container's health check and probes.
type Health struct {
	// Status is starting, healthy or unhealthy.
	Status string `json:"status"`
	// FailingStreak is the number of consecutive failures.
	FailingStreak int `json:"failingStreak"`
	// Log is the output of the last check.
	Log string `json:"log,omitempty"`
}

// Metrics is a sample of the resource usage of a container.
type Metrics struct {
	// CPUPercent is the CPU usage; 100 is one processor, 150 one and a half.
	CPUPercent float64 `json:"cpuPercent"`
	// MemoryUsedBytes is the memory usage without the page cache.
	MemoryUsedBytes uint64 `json:"memoryUsedBytes"`
	// MemoryLimitBytes is the memory limit; zero means no limit.
	MemoryLimitBytes uint64 `json:"memoryLimitBytes,omitempty"`
	// NetworkRxBytes is the number of bytes received since the start.
	NetworkRxBytes uint64 `json:"networkRxBytes"`
	// NetworkTxBytes is the number of bytes sent since the start.
	NetworkTxBytes uint64 `json:"networkTxBytes"`
	// BlockReadBytes is the number of bytes read from block devices since the start.
	BlockReadBytes uint64 `json:"blockReadBytes"`
	// BlockWriteBytes is the number of bytes written to block devices since the
	// start.
	BlockWriteBytes uint64 `json:"blockWriteBytes"`
	// PIDs is the number of processes and threads.
	PIDs uint64 `json:"pids"`
	// SampledAt is the time of the sample.
	SampledAt time.Time `json:"sampledAt"`
}

// InitContainer is the state of an init container within the status of its
// container. The init container is also an object with its own log and conditions.
type InitContainer struct {
	// Name is the name in the manifest.
	Name string `json:"name"`
	// Object is the key of its own object, "Kind/namespace/name".
	Object string `json:"object"`
	// Phase is the phase of its own object.
	Phase string `json:"phase"`
	// ExitCode is the exit code of the last run; absent while it runs.
	ExitCode *int `json:"exitCode,omitempty"`
	// Restarts is the number of restarts.
	Restarts int `json:"restarts"`
}

// Blocker is a resource that this one waits for.
type Blocker struct {
	// Kind is the kind of the resource.
	Kind Kind `json:"kind"`
	// Namespace is the namespace of the resource.
	Namespace string `json:"namespace"`
	// Name is the name of the resource.
	Name string `json:"name"`
	// Reason is the cause of the wait, in one word.
	Reason Reason `json:"reason"`
	// Message is the cause of the wait, in one sentence.
	Message string `json:"message,omitempty"`
}

// RootCause is the first failure in the chain of blockers.
type RootCause struct {
	// Object is the key of the failing object, "Kind/namespace/name".
	Object string `json:"object"`
	// Reason is the cause of the failure, in one word.
	Reason Reason `json:"reason"`
	// Message is the cause of the failure, in one sentence.
	Message string `json:"message"`
	// Hint is advice on how to resolve it.
	Hint string `json:"hint,omitempty"`
	// LastLogLines are the last lines of the object's output.
	LastLogLines []string `json:"lastLogLines,omitempty"`
}
