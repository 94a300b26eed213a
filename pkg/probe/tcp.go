// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"net"
	"time"
)

// glance is how long to wait for a forwarding proxy to hang up again.
const glance = 100 * time.Millisecond

// tcpSocket connects, and hangs up.
func (d *Dialer) tcpSocket(ctx context.Context, c *Check) Outcome {
	conn, w, err := d.dial(ctx, c, c.Probe.TCPSocket.Port)
	if err != nil {
		return sawNoAnswer(c, w, err)
	}
	defer func() { _ = conn.Close() }()
	if w.forwarded && hungUp(conn) {
		return fail("connection closed at once at %s", w)
	}
	return Outcome{Verdict: Success}
}

// hungUp reports that the other side closes a connection at once: a proxy for
// published ports accepts before it knows that nobody listens behind it.
func hungUp(conn net.Conn) bool {
	_ = conn.SetReadDeadline(time.Now().Add(glance))
	_, err := conn.Read(make([]byte, 1))
	return err != nil && reason(err) != ""
}
