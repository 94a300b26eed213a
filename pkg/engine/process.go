// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"io"
	"time"
)

// Copier delivers files into containers.
type Copier interface {
	// CopyTo writes files into a container, running or not. It replaces existing
	// files, and creates missing directories for root with mode 0755. It returns
	// ReadOnly if the root file system is read-only and a file is not on a writable
	// volume.
	CopyTo(ctx context.Context, id ID, files []File) error
}

// File is a file to deliver.
type File struct {
	// Path is absolute, in the container.
	Path    string
	Content []byte
	UID     int
	GID     int
	// Mode holds the permission bits, including setuid, setgid and sticky.
	Mode uint32
}

// Updater changes containers in place.
type Updater interface {
	// Update changes resources and the engine's restart policy of a container,
	// running or not. It returns Invalid if the engine refuses, for example because
	// a limit is below the current usage.
	Update(ctx context.Context, id ID, u Update) error
}

// Executor runs commands in containers.
type Executor interface {
	// Exec runs a command in a running container and returns its exit code. It
	// returns NotRunning if the container does not run, and Paused if it is paused. A
	// command that cannot be run has exit code 126 or 127, as in a shell. If ctx
	// ends, Exec returns and the command may continue.
	Exec(ctx context.Context, id ID, opts ExecOptions) (int, error)
}

// ExecOptions define a command and its streams.
type ExecOptions struct {
	Command []string
	// Env holds "NAME=value", in addition to the container's variables.
	Env        []string
	WorkingDir string
	User       string
	Privileged bool
	// TTY gives the command a terminal, whose whole output goes to Stdout.
	TTY bool
	// Stdin is the input; nil means none. Exec does not wait for a pending Read: the
	// caller has to make it return after Exec, for example by closing the reader.
	Stdin io.Reader
	// Stdout and Stderr receive the output; nil discards it.
	Stdout, Stderr io.Writer
	// Resize delivers the sizes of the terminal; nil if the size does not matter.
	Resize <-chan TerminalSize
}

// TerminalSize is the size of a terminal in characters.
type TerminalSize struct{ Width, Height uint16 }

// LogStreamer reads the output of containers.
type LogStreamer interface {
	// StreamLogs writes a container's output. It returns when everything is written
	// or, if it follows, when the container has exited. Only the deadline of
	// ctx applies.
	StreamLogs(ctx context.Context, id ID, opts LogOptions) error
}

// LogOptions select a part of a container's output.
type LogOptions struct {
	// Tail is the number of last lines; negative means all.
	Tail int
	// Since and Until exclude lines written before and after; zero excludes none.
	Since, Until time.Time
	// Timestamps prefixes each line with the time of writing, in RFC 3339, and a
	// space.
	Timestamps bool
	// Follow continues with later output until the container exits.
	Follow bool
	// Stdout and Stderr receive the two streams; nil leaves a stream out. Both may
	// be the same writer, because writes are not concurrent. The output of a terminal
	// goes to Stdout.
	Stdout, Stderr io.Writer
}

// StatsReader reads the resource usage of containers.
type StatsReader interface {
	// Stats reads the counters of a running container once. It returns NotRunning if
	// the container does not run.
	Stats(ctx context.Context, id ID) (Stats, error)
}

// Stats holds the counters of a container at a time. Counters only grow during a
// run: the usage between two readings is their difference.
type Stats struct {
	Time time.Time
	// CPUNanos is the CPU time of the container, SystemNanos the CPU time of the host
	// summed over its CPUs, and OnlineCPUs the number of these.
	CPUNanos    uint64
	SystemNanos uint64
	OnlineCPUs  int
	// CPUPeriods is the number of periods of the CPU limit; the others are the number
	// of throttled ones and the time throttled.
	CPUPeriods          uint64
	CPUThrottledPeriods uint64
	CPUThrottledNanos   uint64
	// MemoryBytes is the memory in use without reclaimable file cache. MemoryLimit is
	// the container's limit, or the host's memory if it has none.
	MemoryBytes uint64
	MemoryLimit uint64
	// Network counters are sums over all interfaces.
	NetworkRxBytes   uint64
	NetworkTxBytes   uint64
	NetworkRxPackets uint64
	NetworkTxPackets uint64
	NetworkRxErrors  uint64
	NetworkTxErrors  uint64
	NetworkRxDropped uint64
	NetworkTxDropped uint64
	// Block counters are sums over all devices.
	BlockReadBytes  uint64
	BlockWriteBytes uint64
	// PIDs is the number of processes and threads; PIDsLimit is its limit, zero
	// means none.
	PIDs      uint64
	PIDsLimit uint64
}

// TopReader lists the processes of containers.
type TopReader interface {
	// Top lists the processes of a running container as ps does. It returns
	// NotRunning if the container does not run.
	Top(ctx context.Context, id ID) (Processes, error)
}

// Processes is a table of processes. Each row has one cell for each title.
type Processes struct {
	Titles []string
	Rows   [][]string
}
