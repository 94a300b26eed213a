// SPDX-License-Identifier: Apache-2.0

package cli

import "golang.org/x/sys/unix"

// memoryBytes is what this machine has.
func memoryBytes() uint64 {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	return uint64(info.Totalram) * uint64(info.Unit) //nolint:unconvert // the type depends on the machine
}
