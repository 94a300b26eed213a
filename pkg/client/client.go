// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"net"
	"net/http"
)

// Client speaks to one controller. It is safe for concurrent use.
type Client struct {
	socket string
	http   *http.Client
}

// New is a Client of the controller that serves at a socket. It does not
// connect yet.
func New(socket string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	}
	return &Client{socket: socket, http: &http.Client{Transport: &http.Transport{DialContext: dial}}}
}
