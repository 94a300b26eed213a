// SPDX-License-Identifier: Apache-2.0

package streams_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"golang.org/x/net/websocket"
	"k8s.io/streaming/pkg/httpstream"
	"k8s.io/streaming/pkg/httpstream/spdy"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/streams"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// echo is a container that returns received data on port 80.
type echo struct {
	// closed is closed when a connection is.
	closed chan struct{}
}

func (e echo) DialPort(_ context.Context, _ spec.Key, port int) (net.Conn, error) {
	if port != 80 {
		return nil, errors.New("connection refused")
	}
	here, there := net.Pipe()
	go func() {
		defer close(e.closed)
		_, _ = io.Copy(there, there)
		_ = there.Close()
	}()
	return here, nil
}

// quietConn is a connection whose Close returns no error, for which the SPDY
// library would wait.
type quietConn struct{ net.Conn }

func (q quietConn) Close() error {
	_ = q.Conn.Close()
	return nil
}

// openTunnel opens a SPDY connection in a websocket.
func openTunnel(t *testing.T, conn net.Conn, path, _ string) httpstream.Connection {
	t.Helper()
	ws := openWebsocket(t, conn, path, "SPDY/3.1+portforward.k8s.io")
	ws.PayloadType = websocket.BinaryFrame
	client, err := spdy.NewClientConnection(quietConn{ws})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func TestPortForward(t *testing.T) {
	type opener = func(*testing.T, net.Conn, string, string) httpstream.Connection
	for protocol, open := range map[string]opener{"SPDY": openSPDY, "websocket": openTunnel} {
		connect := func(t *testing.T) (httpstream.Connection, echo) {
			e := echo{make(chan struct{})}
			dial := newFixture(t, streams.Options{Dialer: e}).serve()
			return open(t, dial(), podsPath+"/web/portforward", "portforward.k8s.io"), e
		}
		t.Run("data flow in both directions over "+protocol, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, e := connect(t)
				errs := openStream(t, conn, "streamType", "error", "requestID", "1", "port", "80")
				_ = errs.Close()
				data := openStream(t, conn, "streamType", "data", "requestID", "1", "port", "80")
				text := strings.Repeat("hello ", 20_000)
				go func() { _, _ = io.WriteString(data, text) }()
				got := make([]byte, len(text))
				if _, err := io.ReadFull(data, got); err != nil || string(got) != text {
					t.Errorf("%d bytes, %v", len(got), err)
				}
				_ = conn.Close()
				<-e.closed
			})
		})
		t.Run("a refused port is an error over "+protocol, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, _ := connect(t)
				errs := openStream(t, conn, "streamType", "error", "requestID", "1", "port", "81")
				openStream(t, conn, "streamType", "data", "requestID", "1", "port", "81")
				if text, err := io.ReadAll(errs); err != nil || string(text) != "port 81: connection refused" {
					t.Errorf("%q, %v", text, err)
				}
			})
		})
		t.Run("a client that is gone closes its connections over "+protocol, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, e := connect(t)
				openStream(t, conn, "streamType", "error", "requestID", "1", "port", "80")
				openStream(t, conn, "streamType", "data", "requestID", "1", "port", "80")
				_ = conn.Close()
				synctest.Wait()
				select {
				case <-e.closed:
				default:
					t.Error("the connection is still open")
				}
			})
		})
	}
}
