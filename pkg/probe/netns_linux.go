// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// isProcessOf reports whether a process of this host belongs to the container.
// It returns false for a PID of another machine.
func isProcessOf(pid int, container string) bool {
	if pid <= 0 || len(container) < 12 {
		return false
	}
	groups, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	return err == nil && bytes.Contains(groups, []byte(container))
}

// dialInside connects from the network namespace of a process. It uses a thread,
// which root may move there, or otherwise nsenter.
func dialInside(ctx context.Context, pid int, address string) (net.Conn, error) {
	var conn net.Conn
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		// The thread is never unlocked, because it must not run other goroutines
		// in this namespace. It exits with the goroutine.
		runtime.LockOSThread()
		if err = enterNamespace(pid); err == nil {
			conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", address)
		}
	}()
	<-done
	if errors.Is(err, fs.ErrPermission) {
		return dialNsenter(ctx, pid, address)
	}
	return conn, err
}

// enterNamespace moves this thread into the network namespace of a process.
func enterNamespace(pid int) error {
	namespace, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err != nil {
		return fmt.Errorf("open the network namespace: %w", err)
	}
	defer func() { _ = namespace.Close() }()
	if err := unix.Setns(int(namespace.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter the network namespace: %w", err)
	}
	return nil
}
