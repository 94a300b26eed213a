// SPDX-License-Identifier: Apache-2.0

package lock_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/lock"
)

func TestLock(t *testing.T) {
	t.Run("a_second_holder_gets_an_error_with_the_process_of_the_first", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "new", "lock")
		first, err := lock.Acquire(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = lock.Acquire(path)
		if !errors.Is(err, lock.ErrLocked) || !strings.Contains(err.Error(), strconv.Itoa(os.Getpid())) {
			t.Errorf("second lock: %v, want ErrLocked with the process %d", err, os.Getpid())
		}
		if err := first.Release(); err != nil {
			t.Fatal(err)
		}
		again, err := lock.Acquire(path)
		if err != nil {
			t.Fatalf("after the release: %v", err)
		}
		_ = again.Release()
	})
	t.Run("a_symbolic_link_is_not_followed", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "lock")
		if err := os.Symlink(filepath.Join(t.TempDir(), "victim"), path); err != nil {
			t.Fatal(err)
		}
		if _, err := lock.Acquire(path); err == nil {
			t.Error("the lock was taken through a symbolic link")
		}
	})
}
