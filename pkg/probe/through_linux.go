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

// ConnectCommand is the command of this program that calls Connect with its one
// argument.
const ConnectCommand = "connect-for-probe"

const (
	// handover is the descriptor over which Connect hands on its connection.
	handover = 3
	// ExitRefused is how the command ends when the connection was refused.
	ExitRefused = 4
)

// dialThrough connects by a process that nsenter brings into the user and network
// namespaces of another one. It is how the owner of a rootless engine gets there:
// a thread of a Go program cannot change its user namespace.
func dialThrough(ctx context.Context, pid int, address string) (net.Conn, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("this program: %w", err)
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("socket pair: %w", err)
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "ours"), os.NewFile(uintptr(pair[1]), "theirs")
	defer func() { _ = ours.Close() }()
	defer func() { _ = theirs.Close() }()
	cmd := exec.CommandContext(ctx, "nsenter", "--preserve-credentials", "--user", "--net",
		"--target", strconv.Itoa(pid), "--", self, ConnectCommand, address)
	var said bytes.Buffer
	cmd.ExtraFiles, cmd.Stderr = []*os.File{theirs}, &said
	if err := cmd.Run(); err != nil {
		return nil, sawConnect(ctx, err, said.String())
	}
	return receive(pair[0])
}

// sawConnect is the error of a connection that another process did not get.
func sawConnect(ctx context.Context, err error, said string) error {
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit) && exit.ExitCode() == ExitRefused:
		return syscall.ECONNREFUSED
	}
	line, _, _ := strings.Cut(strings.TrimSpace(said), "\n")
	return fmt.Errorf("nsenter: %w: %s", err, line)
}

// receive takes a connection that Connect handed over.
func receive(socket int) (net.Conn, error) {
	rights := make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := unix.Recvmsg(socket, make([]byte, 1), rights, unix.MSG_DONTWAIT|unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("take the connection: %w", err)
	}
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	if err != nil || len(messages) != 1 {
		return nil, fmt.Errorf("take the connection: %d messages, %w", len(messages), err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return nil, fmt.Errorf("take the connection: %d descriptors, %w", len(fds), err)
	}
	file := os.NewFile(uintptr(fds[0]), "connection")
	defer func() { _ = file.Close() }() // the connection has a descriptor of its own
	return net.FileConn(file)
}

// Connect connects to an address and hands the connection to the process that
// started this one, which bounds the time.
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
	return unix.Sendmsg(handover, []byte{0}, unix.UnixRights(int(file.Fd())), nil, 0)
}
