// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"io"
	"time"
)

// Copier delivers files into containers.
type Copier interface {
	// CopyTo writes files into a container that exists, whether it runs or not;
	// folders that are missing are made for root with mode 0755. A file that is
	// there gives way. A root file system that is read-only is ReadOnly, unless
	// the file is on a volume that can be written.
	CopyTo(ctx context.Context, id ID, files []File) error
}

// File is a file to deliver.
type File struct {
	// Path is absolute, in the container.
	Path    string
	Content []byte
	UID     int
	GID     int
	// Mode are the permission bits, setuid and the like included.
	Mode uint32
}

// Updater changes containers in place.
type Updater interface {
	// Update changes resources and the engine's restart policy of a container,
	// whether it runs or not. Invalid when the engine refuses, as when a limit is
	// below what is in use.
	Update(ctx context.Context, id ID, u Update) error
}

// Executor runs commands in containers.
type Executor interface {
	// Exec runs a command in a running container until it ends, and is its exit
	// code. NotRunning when the container does not run, Paused when it is paused;
	// a command that cannot be run is an exit code of 126 or 127, as a shell has
	// it. When ctx ends, Exec returns and the command may go on. It does not wait
	// for Stdin.
	Exec(ctx context.Context, id ID, opts ExecOptions) (int, error)
}

// ExecOptions say what to run and what it is connected to.
type ExecOptions struct {
	Command []string
	// Env are "NAME=value", on top of the container's.
	Env        []string
	WorkingDir string
	User       string
	Privileged bool
	// TTY gives the command a terminal, whose output is Stdout alone.
	TTY bool
	// Stdin is nil when there is none. Nil outputs are discarded.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Resize tells the sizes of the terminal, the first one before it starts to
	// matter; nil when there is none.
	Resize <-chan TerminalSize
}

// TerminalSize is the size of a terminal in characters.
type TerminalSize struct{ Width, Height uint16 }

// LogStreamer reads the output of containers.
type LogStreamer interface {
	// StreamLogs writes a container's output as it was written. It returns when
	// all was written or, when it follows, when the container has ended.
	StreamLogs(ctx context.Context, id ID, opts LogOptions) error
}

// LogOptions say which part of a container's output is meant.
type LogOptions struct {
	// Tail is how many of the last lines; negative means all.
	Tail int
	// Since and Until leave out what was written before and after; zero means
	// nothing.
	Since, Until time.Time
	// Timestamps begins each line with when it was written, in RFC 3339, and a
	// space.
	Timestamps bool
	// Follow goes on with what is written from now on.
	Follow bool
	// Stdout and Stderr take the two streams; they may be the same writer, which
	// is never written to at once. Nil leaves a stream out. With a terminal all
	// is Stdout.
	Stdout, Stderr io.Writer
}

// StatsReader reads what containers use.
type StatsReader interface {
	// Stats reads the counters of a running container once. NotRunning when it
	// does not run.
	Stats(ctx context.Context, id ID) (Stats, error)
}

// Stats are the counters of a container at a time. Counters only grow: what was
// used between two readings is their difference.
type Stats struct {
	Time time.Time
	// CPUNanos is the CPU time used; of SystemNanos, that of the whole host, all
	// CPUs together. OnlineCPUs is how many it has.
	CPUNanos    uint64
	SystemNanos uint64
	OnlineCPUs  int
	// Periods of the CPU limit, how many of them were cut short, and for how long.
	CPUPeriods          uint64
	CPUThrottledPeriods uint64
	CPUThrottledNanos   uint64
	// MemoryBytes is what is used without the file cache that can go at once;
	// MemoryLimit is the container's, or the host's when it has none.
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
	// PIDs is the number of processes and threads, PIDsLimit the limit; zero
	// means none.
	PIDs      uint64
	PIDsLimit uint64
}

// TopReader lists the processes of containers.
type TopReader interface {
	// Top lists the processes of a running container as ps does. NotRunning when
	// it does not run.
	Top(ctx context.Context, id ID) (Processes, error)
}

// Processes is a table of processes: one title and one cell of each row for
// every column.
type Processes struct {
	Titles []string
	Rows   [][]string
}
