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

// isProcessOf reports that a process of this host is one of the container's: the
// number an engine tells may be one of another machine.
func isProcessOf(pid int, container string) bool {
	if pid <= 0 || len(container) < 12 {
		return false
	}
	groups, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	return err == nil && bytes.Contains(groups, []byte(container))
}

// dialInside connects from inside the network namespace of a process: by a
// thread of our own, which root may move there, or by a process.
func dialInside(ctx context.Context, pid int, address string) (net.Conn, error) {
	var conn net.Conn
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		// Never unlocked: the thread is in the wrong namespace and ends with this.
		runtime.LockOSThread()
		if err = enter(pid); err == nil {
			conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", address)
		}
	}()
	<-done
	if errors.Is(err, fs.ErrPermission) {
		return dialThrough(ctx, pid, address)
	}
	return conn, err
}

// enter moves this thread into the network namespace of a process.
func enter(pid int) error {
	namespace, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err != nil {
		return fmt.Errorf("its network namespace: %w", err)
	}
	defer func() { _ = namespace.Close() }()
	if err := unix.Setns(int(namespace.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter its network namespace: %w", err)
	}
	return nil
}
