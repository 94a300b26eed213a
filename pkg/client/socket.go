// SPDX-License-Identifier: Apache-2.0

package client

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// DefaultSocket returns the default path of the socket of an instance:
// $XDG_RUNTIME_DIR/reconciler/INSTANCE.sock. Without that variable it is below
// /run/user/UID if that exists, otherwise in reconciler-UID below the directory
// for temporary files.
func DefaultSocket(instance string, getenv func(string) string) string {
	return filepath.Join(socketDir(getenv("XDG_RUNTIME_DIR")), instance+".sock")
}

func socketDir(runtimeDir string) string {
	uid := os.Getuid()
	if runtimeDir == "" {
		dir := fmt.Sprintf("/run/user/%d", uid)
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			runtimeDir = dir
		}
	}
	if runtimeDir == "" {
		return filepath.Join(os.TempDir(), fmt.Sprintf("reconciler-%d", uid))
	}
	return filepath.Join(runtimeDir, "reconciler")
}

// checkOwner returns an error if a socket belongs to a user other than this one
// or root: the client would send its data to a stranger. A missing socket is not
// an error here, because dialing reports it.
func checkOwner(socket string) error {
	info, err := os.Lstat(socket)
	if err != nil {
		return nil //nolint:nilerr // reported by the dial
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	if known && owner.Uid != 0 && int(owner.Uid) != os.Geteuid() {
		return fmt.Errorf("the socket %s belongs to user %d, not to you", socket, owner.Uid)
	}
	return nil
}
