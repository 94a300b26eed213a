// SPDX-License-Identifier: Apache-2.0

package client

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/net/websocket"
)

// closeTimeout is the time that the server has to accept the last message.
const closeTimeout = time.Second

// socket is a websocket over the connection raw.
type socket struct {
	*websocket.Conn
	raw net.Conn
}

// openWebsocket requests a websocket with a protocol. If the server refuses, it
// returns the error in the response. If ctx ends, it closes the connection; later
// the caller closes it.
func (c *Client) openWebsocket(ctx context.Context, path, protocol string) (*socket, error) {
	location, err := url.Parse("ws://reconciler" + path)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", path, err)
	}
	raw, err := c.dial(ctx)
	if err != nil {
		return nil, c.failed(ctx, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()
	response := &recorder{Conn: raw}
	conn, err := websocket.NewClient(&websocket.Config{
		Location: location,
		Origin:   &url.URL{}, // the server refuses any other, as the origin of a web page
		Protocol: []string{protocol},
		Version:  websocket.ProtocolVersionHybi13,
	}, response)
	if err == nil {
		response.done = true
		return &socket{conn, raw}, nil
	}
	defer func() { _ = raw.Close() }()
	if !errors.Is(err, websocket.ErrBadStatus) {
		return nil, c.failed(ctx, err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(io.MultiReader(&response.read, raw)), nil)
	if err != nil {
		return nil, c.failed(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	return nil, refusal(resp)
}

// close sends a close frame and closes the connection.
func (s *socket) close() {
	_ = s.raw.SetWriteDeadline(time.Now().Add(closeTimeout)) // releases a blocked write
	_ = s.Close()
}

// recorder keeps the data that are read from a connection until done is set. The
// websocket library drops the body of a refusal.
type recorder struct {
	net.Conn
	read bytes.Buffer
	done bool
}

// Read reads from the connection.
func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	if !r.done {
		r.read.Write(p[:n])
	}
	return n, err
}
