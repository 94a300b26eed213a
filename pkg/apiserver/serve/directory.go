// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// CheckDirectory returns an error if another user could replace the socket: its
// directory must belong to this user or to root, and other users must not be able
// to write to it, unless its sticky bit protects the files of others.
func CheckDirectory(socketPath string) error {
	dir := filepath.Dir(socketPath)
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("directory of the socket: %w", err)
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	const othersWrite = 0o022
	switch {
	case !known:
		return nil
	case owner.Uid != 0 && int(owner.Uid) != os.Geteuid():
		return fmt.Errorf("%s belongs to user %d: choose another path with --socket", dir, owner.Uid)
	case info.Mode().Perm()&othersWrite != 0 && info.Mode()&os.ModeSticky == 0:
		return fmt.Errorf("other users can write to %s: chmod 700 %s, or choose another path with --socket", dir, dir)
	}
	return nil
}
