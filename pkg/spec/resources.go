// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"strconv"
	"strings"
)

// Resources are what a container may use.
type Resources struct {
	// Limits are what it cannot exceed.
	Limits Limits `json:"limits,omitzero"`
	// Reservations are what it is left with when the host is short.
	Reservations Reservations `json:"reservations,omitzero"`
	// MemorySwap is memory and swap together, "unlimited" for no limit; zero
	// means twice the memory limit.
	MemorySwap Size `json:"memorySwap,omitzero"`
	// CPUShares is the weight against other containers; zero means 1024.
	CPUShares int `json:"cpuShares,omitempty"`
	// CPUSetCPUs are the CPUs it may run on, such as "0-1,3".
	CPUSetCPUs string `json:"cpusetCpus,omitempty"`
	// ShmSize is the size of /dev/shm; zero means the engine's default, 64Mi.
	ShmSize Size `json:"shmSize,omitzero"`
	// Ulimits are limits of the kernel for each process, such as nofile: 65535.
	Ulimits map[string]Ulimit `json:"ulimits,omitempty"`
	// BlkioWeight is the weight of its disk I/O, 10 to 1000; zero means the
	// engine's default.
	BlkioWeight int `json:"blkioWeight,omitempty"`
	// Devices are devices of the host.
	Devices []Device `json:"devices,omitempty"`
	// GPUs are "all", a number, or an object.
	GPUs *GPUs `json:"gpus,omitempty"`
}

// Limits are what a container cannot exceed.
type Limits struct {
	// CPUs is how many CPUs, such as "1.5"; zero means without limit.
	CPUs CPUs `json:"cpus,omitzero"`
	// Memory is how much memory, such as 512Mi; zero means without limit.
	Memory Size `json:"memory,omitzero"`
	// PIDs is how many processes; zero or -1 means without limit.
	PIDs int `json:"pids,omitempty"`
}

// Reservations are what a container is left with when the host is short.
type Reservations struct {
	// Memory is how much memory, such as 128Mi; zero means none.
	Memory Size `json:"memory,omitzero"`
}

// Ulimit is a limit of the kernel for each process; -1 means without limit. In a
// manifest one number may stand for both.
type Ulimit struct {
	// Soft is what processes begin with.
	Soft int `json:"soft"`
	// Hard is how far they may raise it.
	Hard int `json:"hard"`
}

func (u *Ulimit) parse(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil {
		return errWord
	}
	*u = Ulimit{Soft: n, Hard: n}
	return nil
}

func (*Ulimit) form() (want, example string) {
	return "a number or an object", "write 65535 or {soft: 1024, hard: 65535}"
}

// UnmarshalJSON reads an object or one number for both.
func (u *Ulimit) UnmarshalJSON(data []byte) error {
	type plain Ulimit
	return readWordOr(data, u, (*plain)(u))
}

// Device is a device of the host. In a manifest "host[:container[:permissions]]"
// may stand for it.
type Device struct {
	// Host is the path of the device on the host.
	Host string `json:"host"`
	// Container is its path in the container; empty means the same.
	Container string `json:"container,omitempty"`
	// Permissions are of "rwm"; empty means all three.
	Permissions string `json:"permissions,omitempty"`
}

func (d *Device) parse(text string) error {
	parts := strings.Split(text, ":")
	if len(parts) > 3 || !strings.HasPrefix(text, "/") {
		return errWord
	}
	parts = append(parts, "", "")
	*d = Device{Host: parts[0], Container: parts[1], Permissions: parts[2]}
	return nil
}

func (*Device) form() (want, example string) {
	return "a device", `write "/dev/fuse", "/dev/sda:/dev/xvda:r" or {host: /dev/fuse}`
}

// UnmarshalJSON reads an object or "host[:container[:permissions]]".
func (d *Device) UnmarshalJSON(data []byte) error {
	type plain Device
	return readWordOr(data, d, (*plain)(d))
}

// GPUs asks for graphics processors. In a manifest "all" or a number may stand
// for it.
type GPUs struct {
	// Count is how many, -1 for all; zero when DeviceIDs name them.
	Count int `json:"count,omitempty"`
	// DeviceIDs are those wanted, in the words of the driver.
	DeviceIDs []string `json:"deviceIDs,omitempty"`
	// Driver is the device driver, such as "nvidia"; empty lets the engine
	// choose.
	Driver string `json:"driver,omitempty"`
	// Capabilities are those wanted beside "gpu", such as "utility".
	Capabilities []string `json:"capabilities,omitempty"`
	// Options are handed to the driver as they are.
	Options map[string]string `json:"options,omitempty"`
}

func (g *GPUs) parse(text string) error {
	if text == "all" {
		*g = GPUs{Count: -1}
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return errWord
	}
	*g = GPUs{Count: n}
	return nil
}

func (*GPUs) form() (want, example string) {
	return "all, a number or an object", `write all, 1 or {deviceIDs: ["0"]}`
}

// UnmarshalJSON reads an object, "all" or a number.
func (g *GPUs) UnmarshalJSON(data []byte) error {
	type plain GPUs
	return readWordOr(data, g, (*plain)(g))
}
