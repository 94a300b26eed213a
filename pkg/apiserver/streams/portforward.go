// SPDX-License-Identifier: Apache-2.0

package streams

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"

	"k8s.io/streaming/pkg/httpstream"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const (
	portForwardProtocol = "portforward.k8s.io"
	// tunnelProtocol is SPDY over a websocket, which kubectl tries first.
	tunnelProtocol = "SPDY/3.1+" + portForwardProtocol
)

// servePortForward connects a client with ports of a container, over SPDY or over
// SPDY in a websocket.
func (h *Handler) servePortForward(w http.ResponseWriter, r *http.Request, k spec.Key) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	f := &forwarder{half: map[string]httpstream.Stream{}}
	f.forward = func(data, errs httpstream.Stream) {
		h.forward(ctx, k, data, errs)
	}
	serve := func(conn httpstream.Connection) {
		select {
		case <-conn.CloseChan():
		case <-ctx.Done():
		}
		cancel()
		_ = conn.Close()
		f.wait()
	}
	switch {
	case offersWebsocket(w, r, tunnelProtocol):
		serveTunnel(w, r, f.accept, serve)
	case isSPDY(r):
		if conn := upgradeSPDY(w, r, portForwardProtocol, f.accept); conn != nil {
			serve(conn)
		}
	default:
		writeUpgradeRequired(w, "port-forward", tunnelProtocol)
	}
}

// forwarder pairs the streams of a port-forward. For each of its connections, the
// client opens a stream for errors and then one for data.
type forwarder struct {
	forward func(data, errs httpstream.Stream)
	running sync.WaitGroup

	mu     sync.Mutex
	half   map[string]httpstream.Stream // error streams without a data stream, by request
	closed bool
}

// maxHalf limits the number of error streams without a data stream.
const maxHalf = 1000

// accept accepts a stream. A data stream starts the forwarding.
func (f *forwarder) accept(s httpstream.Stream) error {
	request, kind := s.Headers().Get("requestID"), s.Headers().Get("streamType")
	f.mu.Lock()
	defer f.mu.Unlock()
	other := f.half[request]
	switch {
	case f.closed:
		return errors.New("the connection is closed")
	case kind == "error" && other == nil && len(f.half) < maxHalf:
		f.half[request] = s
		return nil
	case kind == "data" && other != nil:
		delete(f.half, request)
		f.running.Go(func() { f.forward(s, other) })
		return nil
	}
	return fmt.Errorf("unexpected stream %q of request %q", kind, request)
}

// wait refuses further streams and waits until all connections are closed.
func (f *forwarder) wait() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.running.Wait()
}

// forward connects to a port of a container and copies data in both directions
// until both ends have closed, or ctx ends.
func (h *Handler) forward(ctx context.Context, k spec.Key, data, errs httpstream.Stream) {
	defer func() { _, _ = data.Close(), errs.Close() }()
	port, err := strconv.ParseUint(data.Headers().Get("port"), 10, 16)
	var conn net.Conn
	if err == nil {
		conn, err = h.opts.Dialer.DialPort(ctx, k, int(port))
	}
	if err != nil {
		_, _ = fmt.Fprintf(errs, "port %s: %v", data.Headers().Get("port"), err)
		return
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	var both sync.WaitGroup
	both.Go(func() {
		_, _ = io.Copy(conn, data)
		if half, ok := conn.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
	})
	_, _ = io.Copy(data, conn)
	_ = conn.Close()
	_ = data.Reset() // ends the other copy
	both.Wait()
}
