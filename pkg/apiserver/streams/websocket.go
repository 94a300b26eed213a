// SPDX-License-Identifier: Apache-2.0

package streams

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/websocket"
	"k8s.io/klog/v2"
	"k8s.io/streaming/pkg/httpstream"
	"k8s.io/streaming/pkg/httpstream/spdy"
	"k8s.io/streaming/pkg/httpstream/wsstream"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// closeTimeout is the time that a client has to accept the last messages.
const closeTimeout = 5 * time.Second

// offersWebsocket returns whether a request can be upgraded to a websocket with
// one of the protocols.
func offersWebsocket(w http.ResponseWriter, r *http.Request, protocols ...string) bool {
	if _, ok := w.(http.Hijacker); !ok || !wsstream.IsWebSocketRequest(r) {
		return false
	}
	for _, line := range r.Header.Values(wsstream.WebSocketProtocolHeader) {
		for offered := range strings.SplitSeq(line, ",") {
			if slices.Contains(protocols, strings.TrimSpace(offered)) {
				return true
			}
		}
	}
	return false
}

// writeUpgradeRequired responds to a request without a usable upgrade.
func writeUpgradeRequired(w http.ResponseWriter, subject, protocol string) {
	w.Header().Set("Upgrade", "websocket")
	rest.WriteError(w, rest.Errorf(http.StatusUpgradeRequired, "UpgradeRequired",
		"%s requires an upgrade to a websocket with the protocol %s, or to SPDY/3.1", subject, protocol))
}

// execWebsocket runs a command over a websocket.
func (h *Handler) execWebsocket(w http.ResponseWriter, r *http.Request, k spec.Key, opts v1alpha1.ExecOptions) {
	stdin := rest.Flag(r, "stdin")
	conn := wsstream.NewConn(execProtocols(stdin, opts.TTY))
	// The library logs the end of each connection as an error.
	quiet := r.WithContext(klog.NewContext(r.Context(), klog.Logger{}))
	_, channels, err := conn.Open(w, quiet)
	if err != nil {
		return // Open has responded
	}
	s := session{
		stdout: channels[v1alpha1.ChannelStdout],
		finish: func(status []byte) {
			conn.SetWriteDeadline(closeTimeout)
			_, _ = channels[v1alpha1.ChannelStatus].Write(status)
		},
		close: func() {
			conn.SetWriteDeadline(closeTimeout) // releases a blocked write
			_ = conn.Close()
		},
		// No client sends anything on this channel.
		closed: func() { _, _ = io.Copy(io.Discard, channels[v1alpha1.ChannelStatus]) },
	}
	if stdin {
		s.stdin = channels[v1alpha1.ChannelStdin]
	}
	if opts.TTY {
		s.resize = channels[v1alpha1.ChannelResize]
	} else {
		s.stderr = channels[v1alpha1.ChannelStderr]
	}
	h.run(r.Context(), k, opts, s)
}

// execProtocols returns the protocols of an exec. Channels without a reader are
// ignored: a message on them would otherwise block the connection, so that the
// end of the client would go unnoticed.
func execProtocols(stdin, tty bool) map[string]wsstream.ChannelProtocolConfig {
	channels := []wsstream.ChannelType{
		v1alpha1.ChannelStdin:  wsstream.IgnoreChannel,
		v1alpha1.ChannelStdout: wsstream.WriteChannel,
		v1alpha1.ChannelStderr: wsstream.WriteChannel,
		v1alpha1.ChannelStatus: wsstream.ReadWriteChannel,
		v1alpha1.ChannelResize: wsstream.IgnoreChannel,
	}
	if stdin {
		channels[v1alpha1.ChannelStdin] = wsstream.ReadChannel
	}
	if tty {
		channels[v1alpha1.ChannelResize] = wsstream.ReadChannel
	}
	config := wsstream.ChannelProtocolConfig{Binary: true, Channels: channels}
	return map[string]wsstream.ChannelProtocolConfig{v1alpha1.ExecProtocol: config, execProtocolV4: config}
}

// serveTunnel upgrades a request to a websocket that carries a SPDY connection,
// and serves the connection.
func serveTunnel(w http.ResponseWriter, r *http.Request, accept func(httpstream.Stream) error, serve func(httpstream.Connection)) {
	server := websocket.Server{
		Handshake: func(config *websocket.Config, _ *http.Request) error {
			config.Protocol = []string{tunnelProtocol}
			return nil
		},
		Handler: func(ws *websocket.Conn) {
			ws.PayloadType = websocket.BinaryFrame
			conn, err := spdy.NewServerConnection(tunnel{ws}, func(s httpstream.Stream, _ <-chan struct{}) error { return accept(s) })
			if err == nil {
				serve(conn)
			}
		},
	}
	server.ServeHTTP(w, r)
}

// tunnel is a websocket that carries a SPDY connection.
type tunnel struct{ *websocket.Conn }

// Close closes the websocket. It returns no error, because the SPDY library would
// wait for it to be handled.
func (t tunnel) Close() error {
	_ = t.SetWriteDeadline(time.Now().Add(closeTimeout)) // releases a blocked write
	_ = t.Conn.Close()
	return nil
}
