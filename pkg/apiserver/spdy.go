// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"k8s.io/streaming/pkg/httpstream"
	"k8s.io/streaming/pkg/httpstream/spdy"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Dialer connects to the ports of containers.
type Dialer interface {
	// DialPort connects to a TCP port of a container.
	DialPort(ctx context.Context, k spec.Key, port int) (net.Conn, error)
}

const (
	portForwardProtocol = "portforward.k8s.io"
	// streamsTimeout is how long a client has to open the streams it announced.
	streamsTimeout = 30 * time.Second
)

// isStream reports that a request asks for streams, which kubectl posts.
func isStream(r *http.Request) bool {
	return r.Method == http.MethodPost && (strings.HasSuffix(r.URL.Path, "/exec") || strings.HasSuffix(r.URL.Path, "/portforward"))
}

// asksForSPDY reports that a request is to be upgraded to SPDY: kubectl before
// 1.31 knows nothing else, and every one forwards ports by it.
func asksForSPDY(r *http.Request) bool {
	return httpstream.IsUpgradeRequest(r) && strings.HasPrefix(strings.ToUpper(r.Header.Get("Upgrade")), "SPDY/")
}

// upgrade answers with a connection of streams, which are handed to accept; nil
// when it could not, and that was said.
func upgrade(w http.ResponseWriter, r *http.Request, protocol string, accept func(httpstream.Stream) error) httpstream.Connection {
	if _, err := httpstream.Handshake(r, w, []string{protocol}); err != nil {
		return nil
	}
	return spdy.NewResponseUpgrader().UpgradeResponse(w, r, func(s httpstream.Stream, _ <-chan struct{}) error { return accept(s) })
}

// execSPDY runs a command over SPDY.
func (s *server) execSPDY(w http.ResponseWriter, r *http.Request, k spec.Key, opts v1alpha1.ExecOptions) {
	arrived := make(chan httpstream.Stream, 5)
	conn := upgrade(w, r, execProtocolOld, func(s httpstream.Stream) error {
		select {
		case arrived <- s:
			return nil
		default:
			return errors.New("too many streams")
		}
	})
	if conn == nil {
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	go func() { // the client's end is the command's
		select {
		case <-conn.CloseChan():
			cancel()
		case <-ctx.Done():
		}
	}()
	streams, err := gather(ctx, arrived, expected(r))
	if err != nil {
		return
	}
	if in := streams["stdin"]; in != nil {
		opts.Stdin = in
	}
	opts.Stdout, opts.Stderr = orDiscard(streams["stdout"]), orDiscard(streams["stderr"])
	if opts.TTY {
		opts.Stderr = nil
		sizes := make(chan v1alpha1.TerminalSize)
		opts.Resize = sizes
		go readSizes(ctx, streams["resize"], sizes)
	}
	code, err := s.Exec.Exec(ctx, k, opts)
	for _, name := range []string{"stdout", "stderr"} {
		if out := streams[name]; out != nil {
			_ = out.Close()
		}
	}
	_, _ = streams["error"].Write(encode(execStatus(code, err)))
	_ = streams["error"].Close()
}

// expected are the streams that a client of exec opens.
func expected(r *http.Request) map[string]bool {
	tty := rest.Flag(r, "tty")
	return map[string]bool{
		"error": true, "stdin": rest.Flag(r, "stdin"), "stdout": rest.Flag(r, "stdout"), "stderr": rest.Flag(r, "stderr") && !tty, "resize": tty,
	}
}

// gather waits until all streams are there.
func gather(ctx context.Context, arrived <-chan httpstream.Stream, want map[string]bool) (map[string]httpstream.Stream, error) {
	ctx, cancel := context.WithTimeout(ctx, streamsTimeout)
	defer cancel()
	missing := 0
	for _, wanted := range want {
		if wanted {
			missing++
		}
	}
	out := map[string]httpstream.Stream{}
	for missing > 0 {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case s := <-arrived:
			name := strings.ToLower(s.Headers().Get("streamType"))
			if !want[name] || out[name] != nil {
				return nil, fmt.Errorf("unexpected stream %q", name)
			}
			out[name] = s
			missing--
		}
	}
	return out, nil
}

func orDiscard(s httpstream.Stream) io.Writer {
	if s == nil {
		return io.Discard
	}
	return s
}

func readSizes(ctx context.Context, from io.Reader, to chan<- v1alpha1.TerminalSize) {
	for decoder := json.NewDecoder(from); ; {
		var size v1alpha1.TerminalSize
		if decoder.Decode(&size) != nil {
			return
		}
		select {
		case to <- size:
		case <-ctx.Done():
			return
		}
	}
}

// servePortForward connects a client's connections with ports of a container.
func (s *server) servePortForward(w http.ResponseWriter, r *http.Request, k spec.Key) {
	if !asksForSPDY(r) { // kubectl asks for a websocket first, and then for this
		rest.WriteError(w, rest.Errorf(http.StatusUpgradeRequired, "UpgradeRequired", "ports are forwarded over SPDY/3.1"))
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	f := &forwarding{dial: func(port int) (net.Conn, error) { return s.Dialer.DialPort(ctx, k, port) }, halves: map[string]httpstream.Stream{}}
	conn := upgrade(w, r, portForwardProtocol, f.accept)
	if conn == nil {
		return
	}
	select {
	case <-conn.CloseChan():
	case <-ctx.Done():
	}
	_ = conn.Close()
	cancel()
	f.running.Wait()
}

// forwarding pairs the streams of a port-forward: one for data, one for what goes
// wrong, for each connection of the client.
type forwarding struct {
	dial    func(port int) (net.Conn, error)
	running sync.WaitGroup

	mu     sync.Mutex
	halves map[string]httpstream.Stream // the error streams that wait, by request
}

// maxHalves bounds the connections that a client has begun and not completed.
const maxHalves = 1000

func (f *forwarding) accept(s httpstream.Stream) error {
	request, kind := s.Headers().Get("requestID"), s.Headers().Get("streamType")
	f.mu.Lock()
	defer f.mu.Unlock()
	other := f.halves[request]
	switch {
	case kind == "error" && other == nil && len(f.halves) < maxHalves:
		f.halves[request] = s
		return nil
	case kind == "data" && other != nil:
		delete(f.halves, request)
		f.running.Go(func() { f.forward(s, other) })
		return nil
	}
	return fmt.Errorf("unexpected stream %q of request %q", kind, request)
}

// forward copies both ways until both ends are done.
func (f *forwarding) forward(data, errs httpstream.Stream) {
	defer func() { _, _ = data.Close(), errs.Close() }()
	port, err := strconv.ParseUint(data.Headers().Get("port"), 10, 16)
	var conn net.Conn
	if err == nil {
		conn, err = f.dial(int(port))
	}
	if err != nil {
		_, _ = fmt.Fprintf(errs, "port %s: %v", data.Headers().Get("port"), err)
		return
	}
	var both sync.WaitGroup
	both.Go(func() {
		_, _ = io.Copy(conn, data)
		if half, ok := conn.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
	})
	_, _ = io.Copy(data, conn)
	_ = conn.Close()
	_ = data.Reset() // whoever still writes is let go
	both.Wait()
}
