// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"os"
	"runtime"
	"syscall"
	"testing"
)

// unprivileged runs f without the privilege of root to read all files.
func unprivileged(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := syscall.Setfsuid(65534); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Setfsuid(0); err != nil {
			panic(err)
		}
	}()
	f()
}

func TestScanUnreadable(t *testing.T) {
	setup := func(t *testing.T) *tree {
		dir, err := os.MkdirTemp("", "manifest")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		d := &tree{t, dir}
		d.must(os.Chmod(dir, 0o755))
		return d.write("a.yaml", docs("a img:1")).write("sub/b.yaml", docs("b img:1"))
	}
	t.Run("a_file_is_an_error", func(t *testing.T) {
		d := setup(t)
		d.must(os.Chmod(d.path("a.yaml"), 0))
		unprivileged(t, func() { d.wantsWhole("a.yaml! cannot read the file: permission denied", "sub/b.yaml: b") })
	})
	t.Run("a_directory_makes_the_scan_incomplete", func(t *testing.T) {
		d := setup(t)
		d.must(os.Chmod(d.path("sub"), 0))
		defer func() { d.must(os.Chmod(d.path("sub"), 0o755)) }()
		unprivileged(t, func() { d.wantsError("permission denied", "a.yaml: a") })
	})
	t.Run("the_root_makes_the_scan_incomplete", func(t *testing.T) {
		d := setup(t)
		d.must(os.Chmod(d.root, 0))
		defer func() { d.must(os.Chmod(d.root, 0o755)) }()
		unprivileged(t, func() { d.wantsError("permission denied") })
	})
}
