// SPDX-License-Identifier: Apache-2.0

package statedir

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// ErrUnsafe reports that another user could change a file.
var ErrUnsafe = errors.New("not protected from other users")

// CheckDirectory returns ErrUnsafe if another user could replace files in a
// directory: the directory must belong to this user or to root, and other users
// must not be able to write to it, unless its sticky bit protects the files of
// others.
func CheckDirectory(dir string) error {
	link, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if err := CheckOwner(dir, link); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	const othersWrite = 0o022
	if info.Mode().Perm()&othersWrite != 0 && info.Mode()&os.ModeSticky == 0 {
		return fmt.Errorf("%w: they can write to %s; run `chmod 700 %s`", ErrUnsafe, dir, dir)
	}
	return CheckOwner(dir, info)
}

// CheckOwner returns ErrUnsafe if the file at path, which info describes, belongs
// to a user other than this one or root.
func CheckOwner(path string, info os.FileInfo) error {
	owner, known := info.Sys().(*syscall.Stat_t)
	if known && owner.Uid != 0 && int(owner.Uid) != os.Geteuid() {
		return fmt.Errorf("%w: %s belongs to user %d", ErrUnsafe, path, owner.Uid)
	}
	return nil
}
