// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"strconv"
	"strings"
)

// Resources limits and reserves what a container may use.
type Resources struct {
	// Limits are maximum amounts that the container cannot exceed.
	Limits Limits `json:"limits,omitzero" change:"live"`
	// Reservations are guaranteed amounts that apply when the host is short of a
	// resource.
	Reservations Reservations `json:"reservations,omitzero" change:"live"`
	// MemorySwap is the maximum of memory and swap together, such as 1Gi; "unlimited"
	// means no limit (default: twice the memory limit).
	MemorySwap Size `json:"memorySwap,omitzero" change:"live"`
	// CPUShares is the CPU weight relative to other containers, from 2 to 262144
	// (default 1024).
	CPUShares int `json:"cpuShares,omitempty" change:"live"`
	// CPUSetCPUs lists the CPUs that the container may run on, such as "0-1,3"
	// (default: all).
	CPUSetCPUs string `json:"cpusetCpus,omitempty" change:"live"`
	// ShmSize is the size of /dev/shm, such as 256Mi (default: the engine's setting,
	// usually 64Mi).
	ShmSize Size `json:"shmSize,omitzero" change:"recreate"`
	// Ulimits sets kernel limits of each process by name, such as nofile: 65535. A
	// number sets both the soft and the hard limit.
	Ulimits map[string]Ulimit `json:"ulimits,omitempty" change:"recreate"`
	// BlkioWeight is the weight of disk I/O relative to other containers, from 10 to
	// 1000 (default: the engine's setting).
	BlkioWeight int `json:"blkioWeight,omitempty" change:"live"`
	// Devices lists devices of the host to add to the container, such as "/dev/fuse".
	Devices []Device `json:"devices,omitempty" change:"recreate"`
	// GPUs requests GPUs: "all", a number, or an object.
	GPUs *GPUs `json:"gpus,omitempty" change:"recreate"`
}

// Limits are maximum amounts that a container cannot exceed.
type Limits struct {
	// CPUs is the maximum CPU time in cores, such as "1.5" or 500m; 0 means no limit
	// (default 0).
	CPUs CPUs `json:"cpus,omitzero"`
	// Memory is the maximum memory, such as 512Mi; 0 means no limit (default 0). A
	// container that exceeds it is killed.
	Memory Size `json:"memory,omitzero"`
	// PIDs is the maximum number of processes; 0 or -1 means no limit (default 0).
	PIDs int `json:"pids,omitempty"`
}

// Reservations are amounts guaranteed to a container when the host is short of a
// resource.
type Reservations struct {
	// Memory is the reserved memory, such as 128Mi (default 0).
	Memory Size `json:"memory,omitzero"`
}

// Ulimit is a kernel limit of each process; -1 means no limit. A number is short
// for an equal soft and hard limit.
type Ulimit struct {
	// Soft is the limit that processes start with.
	Soft int `json:"soft"`
	// Hard is the value up to which a process may raise its soft limit.
	Hard int `json:"hard"`
}

func (u *Ulimit) parse(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil {
		return errScalar
	}
	*u = Ulimit{Soft: n, Hard: n}
	return nil
}

func (*Ulimit) form() (want, example string) {
	return "a number or an object", "write 65535 or {soft: 1024, hard: 65535}"
}

// UnmarshalJSON decodes an object, or a number for both limits.
func (u *Ulimit) UnmarshalJSON(data []byte) error {
	type plain Ulimit
	return unmarshalScalarOr(data, u, (*plain)(u))
}

// Device adds a device of the host to the container. The string
// "host[:container[:permissions]]" is short for the object.
type Device struct {
	// Host is the path of the device on the host, such as "/dev/fuse".
	Host string `json:"host"`
	// Container is the path of the device in the container (default: the host path).
	Container string `json:"container,omitempty"`
	// Permissions is a combination of r (read), w (write) and m (mknod) (default
	// "rwm").
	Permissions string `json:"permissions,omitempty"`
}

func (d *Device) parse(text string) error {
	parts := strings.Split(text, ":")
	if len(parts) > 3 || !strings.HasPrefix(text, "/") {
		return errScalar
	}
	parts = append(parts, "", "")
	*d = Device{Host: parts[0], Container: parts[1], Permissions: parts[2]}
	return nil
}

func (*Device) form() (want, example string) {
	return "a device", `write "/dev/fuse", "/dev/sda:/dev/xvda:r" or {host: /dev/fuse}`
}

// UnmarshalJSON decodes an object or "host[:container[:permissions]]".
func (d *Device) UnmarshalJSON(data []byte) error {
	type plain Device
	return unmarshalScalarOr(data, d, (*plain)(d))
}

// GPUs requests GPUs. "all" or a number is short for {count: N}.
type GPUs struct {
	// Count is the number of GPUs; -1 means all. Exactly one of count and deviceIDs
	// must be set.
	Count int `json:"count,omitempty"`
	// DeviceIDs lists specific devices by the identifiers of the driver.
	DeviceIDs []string `json:"deviceIDs,omitempty"`
	// Driver is the device driver, such as "nvidia" (default: chosen by the engine).
	Driver string `json:"driver,omitempty"`
	// Capabilities lists driver capabilities in addition to "gpu", such as "utility".
	Capabilities []string `json:"capabilities,omitempty"`
	// Options are passed to the driver unchanged.
	Options map[string]string `json:"options,omitempty"`
}

func (g *GPUs) parse(text string) error {
	if text == "all" {
		*g = GPUs{Count: -1}
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return errScalar
	}
	*g = GPUs{Count: n}
	return nil
}

func (*GPUs) form() (want, example string) {
	return "all, a number or an object", `write all, 1 or {deviceIDs: ["0"]}`
}

// UnmarshalJSON decodes an object, "all" or a number.
func (g *GPUs) UnmarshalJSON(data []byte) error {
	type plain GPUs
	return unmarshalScalarOr(data, g, (*plain)(g))
}
