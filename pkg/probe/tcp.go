// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"net"
	"time"
)

// hangUpDelay is how long to wait for a proxy to close an accepted connection.
const hangUpDelay = 100 * time.Millisecond

// checkTCP succeeds if the port accepts a connection.
func (d *Dialer) checkTCP(ctx context.Context, c *Check) Outcome {
	conn, r, err := d.dial(ctx, c, c.Probe.TCPSocket.Port)
	if err != nil {
		return connectionFailure(c, r, err)
	}
	defer func() { _ = conn.Close() }()
	if r.proxied && hangsUp(conn) {
		return failuref("connection closed immediately at %s", r)
	}
	return Outcome{Verdict: Success}
}

// hangsUp reports whether the peer closes the connection within hangUpDelay: a
// proxy for published ports accepts connections even if nothing listens behind it.
func hangsUp(conn net.Conn) bool {
	_ = conn.SetReadDeadline(time.Now().Add(hangUpDelay))
	_, err := conn.Read(make([]byte, 1))
	return err != nil && errorText(err) != ""
}
