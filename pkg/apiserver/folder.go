// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// CheckFolder refuses a socket in a folder where somebody else could put another
// in its place: the folder has to belong to this user or to root, and others may
// not write to it unless they cannot touch what is not theirs. It is for both
// ends: the server would serve, and the client tell its secrets, to a stranger.
func CheckFolder(socketPath string) error {
	dir := filepath.Dir(socketPath)
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("folder of the socket: %w", err)
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	const othersWrite = 0o022
	switch {
	case !known:
		return nil
	case !trusted(owner.Uid):
		return fmt.Errorf("%s belongs to the user %d: name another path with --socket", dir, owner.Uid)
	case info.Mode().Perm()&othersWrite != 0 && info.Mode()&os.ModeSticky == 0:
		return fmt.Errorf("%s can be written by others: chmod 700 %s, or name another path with --socket", dir, dir)
	}
	return nil
}

// trusted reports that what a user owns is as good as our own.
func trusted(uid uint32) bool { return uid == 0 || int(uid) == os.Geteuid() }
