// SPDX-License-Identifier: Apache-2.0

package api

import (
	"fmt"
	"os"
	"path/filepath"
)

// DefaultSocket is where the controller of an instance serves its API, unless
// it is told otherwise: $XDG_RUNTIME_DIR/reconciler/<instance>.sock; without
// that variable below /run/user/<uid> when there is one, else in
// reconciler-<uid> below the folder for temporary files.
func DefaultSocket(instance string, getenv func(string) string) string {
	return filepath.Join(socketFolder(getenv("XDG_RUNTIME_DIR")), instance+".sock")
}

func socketFolder(runtimeDir string) string {
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
