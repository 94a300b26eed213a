// SPDX-License-Identifier: Apache-2.0

package engine

// Resources are the limits that an engine can change while a container runs. Zero
// values mean that no limit is requested.
type Resources struct {
	// NanoCPUs is in billionths of a CPU.
	NanoCPUs int64
	// Memory, MemoryReservation and MemorySwap are in bytes. MemorySwap
	// limits memory and swap together; -1 means no limit. The engine sets it to twice
	// Memory if only that is set.
	Memory            int64
	MemoryReservation int64
	MemorySwap        int64
	// PIDs is the number of processes; -1 means no limit.
	PIDs       int64
	CPUShares  int64
	CPUSetCPUs string
	// BlkioWeight is from 10 to 1000.
	BlkioWeight uint16
}

// RestartPolicy is the policy by which the engine itself restarts a container.
type RestartPolicy struct {
	// Name is "no", "always", "on-failure" or "unless-stopped"; empty means no.
	Name              string
	MaximumRetryCount int
}

// Update is a change of a container in place; nil leaves a part unchanged. Engines
// can change limits but not remove them; see Resources.Reachable.
type Update struct {
	Resources     *Resources
	RestartPolicy *RestartPolicy
}

// Ulimit is a kernel limit for each process; -1 means no limit.
type Ulimit struct {
	Name string
	Soft int64
	Hard int64
}

// Device is a device of the host.
type Device struct {
	HostPath      string
	ContainerPath string
	// Permissions is a combination of "r", "w" and "m".
	Permissions string
}

// DeviceRequest requests devices from a driver, for example GPUs.
type DeviceRequest struct {
	Driver string
	// Count is the number of devices; -1 means all, zero means those in DeviceIDs.
	Count     int
	DeviceIDs []string
	// Capabilities lists alternative sets, for example [["gpu"]].
	Capabilities [][]string
	Options      map[string]string
}

// Logging is the destination of a container's output. An empty Driver means the
// engine's default.
type Logging struct {
	Driver  string
	Options map[string]string
}

// Port is a port of a container.
type Port struct {
	Number   int
	Protocol string // tcp, udp or sctp
}

// Reachable reports whether an Update to r has full effect on a container whose
// resources are from. It does not if r removes a limit, because engines can remove
// the limit of processes only.
func (r Resources) Reachable(from Resources) bool {
	kept := func(want, have int64) bool { return want != 0 || have == 0 }
	swap := kept(r.MemorySwap, from.MemorySwap) || r.Memory != 0 // swap follows memory
	return swap && kept(r.NanoCPUs, from.NanoCPUs) && kept(r.Memory, from.Memory) &&
		kept(r.MemoryReservation, from.MemoryReservation) &&
		kept(r.CPUShares, from.CPUShares) && kept(int64(r.BlkioWeight), int64(from.BlkioWeight)) &&
		(r.CPUSetCPUs != "" || from.CPUSetCPUs == "")
}
