// SPDX-License-Identifier: Apache-2.0

package daemon

import "golang.org/x/sys/unix"

// memoryBytes returns the memory of this machine; zero when it is unknown.
func memoryBytes() uint64 {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	return uint64(info.Totalram) * uint64(info.Unit) //nolint:unconvert // the type depends on the machine
}
