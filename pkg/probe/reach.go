// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// way is one way to a port of a container.
type way struct {
	// address is what is dialed: on this host or, when inside names a process, in
	// its network namespace.
	address string
	inside  int
	// sure says that a refused connection is the container's own answer, and
	// forwarded that an accepted one may be only that of a proxy before it.
	sure, forwarded bool
}

func (w way) String() string {
	if w.inside != 0 {
		return w.address + " in its network namespace"
	}
	return w.address
}

// prefix is a network of this host.
type prefix = netip.Prefix

// errNoWay says that nothing is known that might lead to a port.
var errNoWay = errors.New("it cannot be reached from here: publish the port, or use an exec or log probe")

// dial connects to a port of a check's container, by the way that worked last
// or, when there is none, by the first that works.
func (d *Dialer) dial(ctx context.Context, c *Check, port int) (net.Conn, way, error) {
	if c.notes.way != nil && c.notes.network == c.Target.Network {
		conn, err := c.notes.way.dial(ctx)
		if err != nil && !refused(err) { // perhaps it leads there no more
			w := *c.notes.way
			c.notes.way = nil
			return nil, w, err
		}
		return conn, *c.notes.way, err
	}
	ways, err := d.ways(ctx, c.Target, port)
	if err != nil {
		return nil, way{}, err
	}
	last, lastErr := way{}, errNoWay
	for i, w := range ways {
		conn, err := w.attempt(ctx, len(ways)-i)
		if err == nil || w.sure && refused(err) {
			c.notes.way, c.notes.network = &w, c.Target.Network
			return conn, w, err
		}
		if errors.Is(lastErr, errNoWay) || refused(err) { // the most telling one
			last, lastErr = w, err
		}
	}
	return nil, last, lastErr
}

// attempt dials with its share of the time when so many ways are left.
func (w way) attempt(ctx context.Context, left int) (net.Conn, error) {
	deadline, bounded := ctx.Deadline()
	if bounded && left > 1 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/time.Duration(left))
		defer cancel()
	}
	return w.dial(ctx)
}

func (w way) dial(ctx context.Context) (net.Conn, error) {
	if w.inside != 0 {
		return dialInside(ctx, w.inside, w.address)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", w.address)
}

// ways are the ways that may lead to a port of a container: its own address when
// this host is on that network, the published port, its network namespace.
func (d *Dialer) ways(ctx context.Context, t plan.ProbeTarget, port int) ([]way, error) {
	host, err := d.engineHost(ctx)
	if err != nil {
		return nil, err
	}
	var ways []way
	local := host == loopback
	number := strconv.Itoa(port)
	if cfg := t.Network.Config; cfg != nil && cfg.NetworkMode == "host" {
		return []way{{address: net.JoinHostPort(host, number), sure: local}}, nil
	}
	addresses := addressesOf(t.Network)
	for _, a := range addresses {
		if local && d.onNetwork(a) {
			ways = append(ways, way{address: netip.AddrPortFrom(a, uint16(port)).String(), sure: true})
		}
	}
	for _, b := range t.Network.Ports {
		if b.ContainerPort != port || b.Protocol != "tcp" {
			continue
		}
		if at, ok := published(b.HostIP, host, local); ok {
			ways = append(ways, way{address: net.JoinHostPort(at, strconv.Itoa(b.HostPort)), forwarded: true})
			break
		}
	}
	if local && isProcessOf(t.Container.PID, t.ID.Value) {
		inside := "127.0.0.1"
		if len(addresses) > 0 {
			inside = addresses[0].String()
		}
		ways = append(ways, way{address: net.JoinHostPort(inside, number), inside: t.Container.PID, sure: true})
	}
	return ways, nil
}

// addressesOf are the addresses of a container, those of IPv4 first.
func addressesOf(c *engine.Container) []netip.Addr {
	var v4, v6 []netip.Addr
	for _, at := range c.Attachments {
		if a, err := netip.ParseAddr(at.IPAddress); err == nil {
			v4 = append(v4, a)
		}
		if a, err := netip.ParseAddr(at.IPv6); err == nil {
			v6 = append(v6, a)
		}
	}
	return append(v4, v6...)
}

// published is where to dial for a port published at hostIP; false when it is
// not open to us.
func published(hostIP, host string, local bool) (string, bool) {
	a, err := netip.ParseAddr(hostIP)
	switch {
	case err != nil || a.IsUnspecified() && !local:
		return host, true
	case a.IsUnspecified() && a.Is6():
		return "::1", true
	case a.IsUnspecified():
		return "127.0.0.1", true
	case a.IsLoopback() && !local:
		return "", false
	}
	return hostIP, true
}

// errAway says that the engine does not say where it is.
var errAway = errors.New("the engine does not answer")

// engineHost is the host of the engine; loopback when that is this one.
func (d *Dialer) engineHost(ctx context.Context) (string, error) {
	d.mu.Lock()
	host := d.host
	d.mu.Unlock()
	if host == "" {
		info, err := d.engine.Info(ctx)
		if err != nil {
			return "", fmt.Errorf("%w: %w", errAway, err)
		}
		host = hostOf(info.Endpoint)
		d.mu.Lock()
		d.host = host
		d.mu.Unlock()
	}
	return host, nil
}

const loopback = "127.0.0.1"

// hostOf is the host in an engine's endpoint; that of a local one is loopback.
func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return loopback
	}
	host := u.Hostname()
	a, err := netip.ParseAddr(host)
	if host == "" || host == "localhost" || u.Scheme == "unix" || u.Scheme == "npipe" || err == nil && a.IsLoopback() {
		return loopback
	}
	return host
}

// interfaceAge is how long the networks of this host are taken for granted.
const interfaceAge = time.Second

// onNetwork reports that this host is on the network of an address: bridges of
// an engine on this very host, and not in a virtual machine or a namespace, are.
func (d *Dialer) onNetwork(a netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := time.Now(); now.Sub(d.interfacesAt) > interfaceAge {
		d.interfaces, d.interfacesAt = interfaces(), now
	}
	for _, p := range d.interfaces {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// interfaces are the networks that this host is on.
func interfaces() []prefix {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var all []prefix
	for _, a := range addresses {
		if p, err := netip.ParsePrefix(a.String()); err == nil && !p.Addr().IsLoopback() {
			all = append(all, p.Masked())
		}
	}
	return all
}

func refused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

// sawNoAnswer tells of an error on the way to a container in words that do not
// change from one time to the next.
func sawNoAnswer(c *Check, w way, err error) Outcome {
	if errors.Is(err, errAway) {
		return Outcome{}
	}
	what := reason(err)
	if what == "" {
		what = fmt.Sprintf("no answer within %s", c.Probe.Limit())
	}
	if w.address != "" {
		what += " at " + w.String()
	}
	return Outcome{Verdict: Failure, Seen: what}
}

// reason is an error without addresses of our own; empty for a timeout.
func reason(err error) string {
	var timeout interface{ Timeout() bool }
	var op *net.OpError
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return ""
	case refused(err):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET):
		return "connection reset"
	case errors.As(err, &op):
		return op.Err.Error()
	}
	return strings.TrimSpace(err.Error())
}
