// SPDX-License-Identifier: Apache-2.0

package lock

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
	"golang.org/x/sys/unix"
)

// ErrLocked reports that another controller holds the lock.
var ErrLocked = errors.New("another controller of this instance is running")

// Lock is a lock that is held. The kernel releases it with the process, however
// that ends.
type Lock struct{ file *flock.Flock }

// Acquire acquires the lock at path, whose directory it creates if necessary. It
// returns ErrLocked, with the holder's process ID, when another process holds the
// lock. It does not follow a symbolic link.
func Acquire(path string) (*Lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	file := flock.New(path, flock.SetFlag(os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW), flock.SetPermissions(0o600))
	switch taken, err := file.TryLock(); {
	case err != nil:
		return nil, fmt.Errorf("lock %s: %w", path, err)
	case !taken:
		return nil, fmt.Errorf("%w (process %s, lock %s): stop it, or choose another --instance",
			ErrLocked, holder(path), path)
	}
	if err := writeHolder(path); err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, errors.Join(err, file.Close()))
	}
	return &Lock{file}, nil
}

// Release gives the lock up. The file stays: removing it would let two processes
// hold locks of one path.
func (l *Lock) Release() error { return l.file.Close() }

// writeHolder writes the process ID into the file.
func writeHolder(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "%d\n", os.Getpid())
	return errors.Join(err, file.Close())
}

// holder returns the process ID that the holder wrote, or "unknown".
func holder(path string) string {
	file, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return "unknown"
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, 32))
	if pid := strings.TrimSpace(string(data)); err == nil && pid != "" {
		return pid
	}
	return "unknown"
}
