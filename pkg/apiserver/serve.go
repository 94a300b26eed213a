// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	headerTimeout   = 10 * time.Second
	shutdownTimeout = 5 * time.Second
	dialTimeout     = time.Second
	// ownerOnly and folderMode are the modes of the socket and of its folder.
	ownerOnly  = 0o600
	folderMode = 0o700
)

// ErrInUse says that something answers on the socket already.
var ErrInUse = errors.New("another controller answers on the socket")

// ServeListener serves the handler on a listener, which it closes, until ctx
// ends; that ends the watches too.
func ServeListener(ctx context.Context, listener net.Listener, handler http.Handler, logger *slog.Logger) error {
	base, endRequests := context.WithCancel(context.WithoutCancel(ctx))
	defer endRequests()
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			logger.DebugContext(r.Context(), "request", "method", r.Method, "path", r.URL.Path, "agent", r.UserAgent())
			handler.ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: headerTimeout,
		BaseContext:       func(net.Listener) context.Context { return base },
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	endRequests()
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	err := server.Shutdown(limited)
	if err != nil {
		err = errors.Join(fmt.Errorf("end requests on %s: %w", listener.Addr(), err), server.Close())
	}
	<-ended
	return err
}

// Listen listens on a unix socket that only its owner can use. Missing folders are
// made, for the owner alone. A socket that is there is replaced only when nobody
// answers on it, else the error is ErrInUse. Closing removes the socket.
func Listen(ctx context.Context, socketPath string) (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(socketPath), folderMode); err != nil {
		return nil, fmt.Errorf("folder of the socket: %w", err)
	}
	if err := CheckFolder(socketPath); err != nil {
		return nil, err
	}
	if err := checkStale(ctx, socketPath); err != nil {
		return nil, err
	}
	// The socket gets its mode before its name, so that there is no moment in
	// which others could connect. The name is short, as the system allows only
	// some 100 bytes.
	temporary := filepath.Join(filepath.Dir(socketPath), "."+rand.Text()[:8])
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "unix", temporary)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", socketPath, err)
	}
	unix := listener.(*net.UnixListener)
	unix.SetUnlinkOnClose(false)
	placed, err := place(temporary, socketPath)
	if err != nil {
		return nil, errors.Join(err, unix.Close(), os.Remove(temporary))
	}
	return &socket{UnixListener: unix, path: socketPath, placed: placed}, nil
}

// place gives a socket its mode and its name.
func place(temporary, path string) (os.FileInfo, error) {
	if err := os.Chmod(temporary, ownerOnly); err != nil {
		return nil, fmt.Errorf("mode of the socket: %w", err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return nil, fmt.Errorf("name of the socket: %w", err)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, fmt.Errorf("look at the socket: %w", err)
	}
	return info, nil
}

// checkStale returns nil when the path is free or a socket that nobody listens
// on.
func checkStale(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("look at the socket: %w", err)
	case info.Mode().Type() != os.ModeSocket:
		return fmt.Errorf("%s is there and no socket: remove it, or choose another path", path)
	}
	dialer := net.Dialer{Timeout: dialTimeout}
	conn, err := dialer.DialContext(ctx, "unix", path)
	switch {
	case err == nil:
		return errors.Join(fmt.Errorf("%s: %w", path, ErrInUse), conn.Close())
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, os.ErrNotExist):
		return nil
	}
	return fmt.Errorf("who listens on the socket: %w", err)
}

// socket is a listener that removes its socket, unless another has taken its
// name.
type socket struct {
	*net.UnixListener
	path   string
	placed os.FileInfo
}

// Close ends the listener and removes its socket.
func (s *socket) Close() error {
	if info, err := os.Lstat(s.path); err == nil && os.SameFile(info, s.placed) {
		_ = os.Remove(s.path)
	}
	return s.UnixListener.Close()
}

// Addr is the path of the socket.
func (s *socket) Addr() net.Addr { return &net.UnixAddr{Name: s.path, Net: "unix"} }
