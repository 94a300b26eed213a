// SPDX-License-Identifier: Apache-2.0

package streams

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"k8s.io/streaming/pkg/httpstream"
	"k8s.io/streaming/pkg/httpstream/spdy"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// streamsTimeout is the time that a client has to open all its streams.
const streamsTimeout = 30 * time.Second

// isSPDY returns whether a request asks for an upgrade to SPDY. kubectl before
// version 1.31 does, and later versions do if they cannot use a websocket.
func isSPDY(r *http.Request) bool {
	return httpstream.IsUpgradeRequest(r) && strings.HasPrefix(strings.ToUpper(r.Header.Get("Upgrade")), "SPDY/")
}

// upgradeSPDY upgrades a request to a SPDY connection and passes its streams to
// accept. It returns nil if it responded with an error.
func upgradeSPDY(w http.ResponseWriter, r *http.Request, protocol string, accept func(httpstream.Stream) error) httpstream.Connection {
	if _, err := httpstream.Handshake(r, w, []string{protocol}); err != nil {
		return nil
	}
	return spdy.NewResponseUpgrader().UpgradeResponse(w, r, func(s httpstream.Stream, _ <-chan struct{}) error { return accept(s) })
}

// execSPDY runs a command over SPDY.
func (h *Handler) execSPDY(w http.ResponseWriter, r *http.Request, k spec.Key, opts v1alpha1.ExecOptions) {
	opened := make(chan httpstream.Stream, 5)
	conn := upgradeSPDY(w, r, execProtocolV4, func(s httpstream.Stream) error {
		select {
		case opened <- s:
			return nil
		default:
			return errors.New("too many streams")
		}
	})
	if conn == nil {
		return
	}
	streams, err := collect(r.Context(), opened, expectedStreams(r))
	if err != nil {
		_ = conn.Close()
		return
	}
	s := session{
		stdout: orDiscard(streams["stdout"]),
		finish: func(status []byte) { finishSPDY(streams, status) },
		close:  func() { _ = conn.Close() },
		closed: func() { <-conn.CloseChan() },
	}
	if in := streams["stdin"]; in != nil {
		s.stdin = in
	}
	if opts.TTY {
		s.resize = streams["resize"]
	} else {
		s.stderr = orDiscard(streams["stderr"])
	}
	h.run(r.Context(), k, opts, s)
}

// finishSPDY ends the output and sends the status of a command.
func finishSPDY(streams map[string]httpstream.Stream, status []byte) {
	for _, name := range []string{"stdout", "stderr"} {
		if out := streams[name]; out != nil {
			_ = out.Close()
		}
	}
	_, _ = streams["error"].Write(status)
	_ = streams["error"].Close()
}

// expectedStreams returns the types of the streams that the client of an exec
// opens.
func expectedStreams(r *http.Request) map[string]bool {
	tty := rest.Flag(r, "tty")
	return map[string]bool{
		"error": true, "stdin": rest.Flag(r, "stdin"), "stdout": rest.Flag(r, "stdout"),
		"stderr": rest.Flag(r, "stderr") && !tty, "resize": tty,
	}
}

// collect waits for the expected streams and returns them by type. It returns an
// error if the client opens other streams, or does not open all in time.
func collect(ctx context.Context, opened <-chan httpstream.Stream, expected map[string]bool) (map[string]httpstream.Stream, error) {
	ctx, cancel := context.WithTimeout(ctx, streamsTimeout)
	defer cancel()
	missing := 0
	for _, wanted := range expected {
		if wanted {
			missing++
		}
	}
	out := map[string]httpstream.Stream{}
	for missing > 0 {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case s := <-opened:
			name := strings.ToLower(s.Headers().Get("streamType"))
			if !expected[name] || out[name] != nil {
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
