// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// ConnectCommand is the name of the command of this program that calls Connect
// with its only argument.
const ConnectCommand = "connect-for-probe"

const (
	// handoverFD is the descriptor through which Connect passes its connection.
	handoverFD = 3
	// ExitRefused is the exit code of the command after a refused connection.
	ExitRefused = 4
)

// dialNsenter connects from a process that nsenter starts in the user and network
// namespaces of another process. The user of a rootless engine needs it because a
// thread of a Go program cannot change its user namespace.
func dialNsenter(ctx context.Context, pid int, address string) (net.Conn, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("create a socket pair: %w", err)
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "ours"), os.NewFile(uintptr(pair[1]), "theirs")
	defer func() { _ = ours.Close() }()
	defer func() { _ = theirs.Close() }()
	cmd := exec.CommandContext(ctx, "nsenter", "--preserve-credentials", "--user", "--net",
		"--target", strconv.Itoa(pid), "--", self, ConnectCommand, address)
	var stderr bytes.Buffer
	cmd.ExtraFiles, cmd.Stderr = []*os.File{theirs}, &stderr
	if err := cmd.Run(); err != nil {
		return nil, nsenterError(ctx, err, stderr.String())
	}
	return receiveConn(pair[0])
}

// nsenterError returns the error of the connection attempt of a process that
// failed with err.
func nsenterError(ctx context.Context, err error, stderr string) error {
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit) && exit.ExitCode() == ExitRefused:
		return syscall.ECONNREFUSED
	}
	line, _, _ := strings.Cut(strings.TrimSpace(stderr), "\n")
	return fmt.Errorf("nsenter: %w: %s", err, line)
}

// receiveConn returns a connection that Connect passed through socket.
func receiveConn(socket int) (net.Conn, error) {
	rights := make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := unix.Recvmsg(socket, make([]byte, 1), rights, unix.MSG_DONTWAIT|unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("receive the connection: %w", err)
	}
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	if err != nil || len(messages) != 1 {
		return nil, fmt.Errorf("receive the connection: %d messages, %w", len(messages), err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return nil, fmt.Errorf("receive the connection: %d descriptors, %w", len(fds), err)
	}
	file := os.NewFile(uintptr(fds[0]), "connection")
	defer func() { _ = file.Close() }() // FileConn duplicates the descriptor
	return net.FileConn(file)
}

// Connect connects to an address and passes the connection to the parent process,
// which also limits the time.
func Connect(ctx context.Context, address string) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	file, err := conn.(*net.TCPConn).File()
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return unix.Sendmsg(handoverFD, []byte{0}, unix.UnixRights(int(file.Fd())), nil, 0)
}
