// SPDX-License-Identifier: Apache-2.0

package engine

// Resources are the limits that an engine can change while a container runs.
// Zero values mean no limit of ours.
type Resources struct {
	// NanoCPUs are billionths of a CPU.
	NanoCPUs int64
	// Memory, MemoryReservation and MemorySwap are in bytes. MemorySwap counts
	// memory and swap together; -1 means without limit. The engine makes it twice
	// Memory when only that is given.
	Memory            int64
	MemoryReservation int64
	MemorySwap        int64
	// PIDs is the number of processes; -1 means without limit.
	PIDs       int64
	CPUShares  int64
	CPUSetCPUs string
	// BlkioWeight is 10 to 1000.
	BlkioWeight uint16
}

// RestartPolicy is the engine's own restarting of a container.
type RestartPolicy struct {
	// Name is "no", "always", "on-failure" or "unless-stopped"; empty means no.
	Name              string
	MaximumRetryCount int
}

// Update is what an engine changes in place; nil leaves a part as it is. An
// engine changes limits and cannot take them back: see Resources.Reachable.
type Update struct {
	Resources     *Resources
	RestartPolicy *RestartPolicy
}

// Ulimit is a limit of the kernel for each process; -1 means without limit.
type Ulimit struct {
	Name string
	Soft int64
	Hard int64
}

// Device is a device of the host.
type Device struct {
	HostPath      string
	ContainerPath string
	// Permissions are of "rwm".
	Permissions string
}

// DeviceRequest asks a driver for devices, such as GPUs.
type DeviceRequest struct {
	Driver string
	// Count is how many, -1 all; zero when DeviceIDs name them.
	Count     int
	DeviceIDs []string
	// Capabilities are alternatives of sets, such as [["gpu"]].
	Capabilities [][]string
	Options      map[string]string
}

// Logging is where the engine puts a container's output; an empty Driver means
// the engine's default.
type Logging struct {
	Driver  string
	Options map[string]string
}

// Port is a container's port.
type Port struct {
	Number   int
	Protocol string // tcp, udp or sctp
}

// Reachable reports that an Update to r brings about all of it when the engine
// reports from: of limits that were set, engines take away that of processes
// alone.
func (r Resources) Reachable(from Resources) bool {
	kept := func(want, have int64) bool { return want != 0 || have == 0 }
	swap := kept(r.MemorySwap, from.MemorySwap) || r.Memory != 0 // follows memory
	return swap && kept(r.NanoCPUs, from.NanoCPUs) && kept(r.Memory, from.Memory) &&
		kept(r.MemoryReservation, from.MemoryReservation) &&
		kept(r.CPUShares, from.CPUShares) && kept(int64(r.BlkioWeight), int64(from.BlkioWeight)) &&
		(r.CPUSetCPUs != "" || from.CPUSetCPUs == "")
}
