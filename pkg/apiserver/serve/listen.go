// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	dialTimeout = time.Second
	// fileMode and dirMode are the modes of the socket and of its directory.
	fileMode = 0o600
	dirMode  = 0o700
)

// ErrInUse means that another process answers on the socket.
var ErrInUse = errors.New("another controller answers on the socket")

// Listen listens on a unix socket that only its owner can use. It creates missing
// directories with mode 0700. It replaces an existing socket only if no process
// answers on it; otherwise it returns ErrInUse. Closing the listener removes the
// socket.
func Listen(ctx context.Context, socketPath string) (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(socketPath), dirMode); err != nil {
		return nil, fmt.Errorf("directory of the socket: %w", err)
	}
	if err := CheckDirectory(socketPath); err != nil {
		return nil, err
	}
	if err := checkStale(ctx, socketPath); err != nil {
		return nil, err
	}
	// The socket gets its mode before its final name, so that other users can
	// never connect. The temporary name is short, because the system limits paths
	// of sockets to about 100 bytes.
	temporary := filepath.Join(filepath.Dir(socketPath), "."+rand.Text()[:8])
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "unix", temporary)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", socketPath, err)
	}
	unix := listener.(*net.UnixListener)
	unix.SetUnlinkOnClose(false)
	renamed, err := publishSocket(temporary, socketPath)
	if err != nil {
		return nil, errors.Join(err, unix.Close(), os.Remove(temporary))
	}
	return &socket{UnixListener: unix, path: socketPath, file: renamed}, nil
}

// publishSocket sets the mode of a socket and renames it. It returns the file
// under its new name.
func publishSocket(temporary, path string) (os.FileInfo, error) {
	if err := os.Chmod(temporary, fileMode); err != nil {
		return nil, fmt.Errorf("mode of the socket: %w", err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return nil, fmt.Errorf("rename the socket: %w", err)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, fmt.Errorf("stat the socket: %w", err)
	}
	return info, nil
}

// checkStale returns nil if the path is free or a socket on which no process
// listens.
func checkStale(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("stat the socket: %w", err)
	case info.Mode().Type() != os.ModeSocket:
		return fmt.Errorf("%s exists and is not a socket: remove it, or choose another path", path)
	}
	dialer := net.Dialer{Timeout: dialTimeout}
	conn, err := dialer.DialContext(ctx, "unix", path)
	switch {
	case err == nil:
		return errors.Join(fmt.Errorf("%s: %w", path, ErrInUse), conn.Close())
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, os.ErrNotExist):
		return nil
	}
	return fmt.Errorf("check whether the socket is in use: %w", err)
}

// socket is a listener that removes its socket, unless another process replaced
// it.
type socket struct {
	*net.UnixListener
	path string
	file os.FileInfo
}

// Close closes the listener and removes its socket.
func (s *socket) Close() error {
	if info, err := os.Lstat(s.path); err == nil && os.SameFile(info, s.file) {
		_ = os.Remove(s.path)
	}
	return s.UnixListener.Close()
}

// Addr returns the path of the socket.
func (s *socket) Addr() net.Addr { return &net.UnixAddr{Name: s.path, Net: "unix"} }
