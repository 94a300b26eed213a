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

// route is one way to connect to a port of a container.
type route struct {
	// address is dialed on this host or, if pid is not zero, in the network
	// namespace of that process.
	address string
	pid     int
	// direct means that a refused connection was refused by the container itself.
	// proxied means that a proxy may accept connections without the container.
	direct, proxied bool
}

func (r route) String() string {
	if r.pid != 0 {
		return r.address + " in the container's network namespace"
	}
	return r.address
}

// prefix is a network of this host.
type prefix = netip.Prefix

// errNoRoute is returned if no route to a port is known.
var errNoRoute = errors.New("not reachable from the controller: publish the port, or use an exec or log probe")

// dial connects to a port of a check's container, by the route that worked last
// or, if there is none, by the first route that works. It returns the route that
// was tried together with the error.
func (d *Dialer) dial(ctx context.Context, c *Check, port int) (net.Conn, route, error) {
	if c.dialState.route != nil && c.dialState.network == c.Target.Network {
		conn, err := c.dialState.route.dial(ctx)
		if err != nil && !isRefused(err) { // the route may have become invalid
			r := *c.dialState.route
			c.dialState.route = nil
			return nil, r, err
		}
		return conn, *c.dialState.route, err
	}
	routes, err := d.routes(ctx, c.Target, port)
	if err != nil {
		return nil, route{}, err
	}
	last, lastErr := route{}, errNoRoute
	for i, r := range routes {
		conn, err := r.dialShare(ctx, len(routes)-i)
		if err == nil || r.direct && isRefused(err) {
			c.dialState.route, c.dialState.network = &r, c.Target.Network
			return conn, r, err
		}
		if errors.Is(lastErr, errNoRoute) || isRefused(err) { // a refusal is the most specific error
			last, lastErr = r, err
		}
	}
	return nil, last, lastErr
}

// dialShare dials within an equal share of the remaining time when left routes
// are still to be tried.
func (r route) dialShare(ctx context.Context, left int) (net.Conn, error) {
	deadline, bounded := ctx.Deadline()
	if bounded && left > 1 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/time.Duration(left))
		defer cancel()
	}
	return r.dial(ctx)
}

func (r route) dial(ctx context.Context) (net.Conn, error) {
	if r.pid != 0 {
		return dialInside(ctx, r.pid, r.address)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", r.address)
}

// routes returns the possible routes to a port of a container: its own address if
// this host is on the same network, the published port, its network namespace.
func (d *Dialer) routes(ctx context.Context, t plan.ProbeTarget, port int) ([]route, error) {
	host, err := d.engineHost(ctx)
	if err != nil {
		return nil, err
	}
	var routes []route
	local := host == loopback
	number := strconv.Itoa(port)
	if cfg := t.Network.Config; cfg != nil && cfg.NetworkMode == "host" {
		return []route{{address: net.JoinHostPort(host, number), direct: local}}, nil
	}
	addresses := addressesOf(t.Network)
	for _, a := range addresses {
		if local && d.onNetwork(a) {
			routes = append(routes, route{address: netip.AddrPortFrom(a, uint16(port)).String(), direct: true})
		}
	}
	for _, b := range t.Network.Ports {
		if b.ContainerPort != port || b.Protocol != "tcp" {
			continue
		}
		if at, ok := publishedHost(b.HostIP, host, local); ok {
			routes = append(routes, route{address: net.JoinHostPort(at, strconv.Itoa(b.HostPort)), proxied: true})
			break
		}
	}
	if local && isProcessOf(t.Container.PID, t.ID.Value) {
		inside := loopback
		if len(addresses) > 0 {
			inside = addresses[0].String()
		}
		routes = append(routes, route{address: net.JoinHostPort(inside, number), pid: t.Container.PID, direct: true})
	}
	return routes, nil
}

// addressesOf returns the addresses of a container, IPv4 first.
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

// publishedHost returns the host to dial for a port that is published at hostIP,
// and false if the port is not reachable from this host.
func publishedHost(hostIP, host string, local bool) (string, bool) {
	a, err := netip.ParseAddr(hostIP)
	switch {
	case err != nil || a.IsUnspecified() && !local:
		return host, true
	case a.IsUnspecified() && a.Is6():
		return "::1", true
	case a.IsUnspecified():
		return loopback, true
	case a.IsLoopback() && !local:
		return "", false
	}
	return hostIP, true
}

// errEngineUnreachable is returned if the address of the engine is unknown.
var errEngineUnreachable = errors.New("the engine does not answer")

// engineHost returns the host of the engine; loopback if it is this host.
func (d *Dialer) engineHost(ctx context.Context) (string, error) {
	d.mu.Lock()
	host := d.host
	d.mu.Unlock()
	if host == "" {
		info, err := d.engine.Info(ctx)
		if err != nil {
			return "", fmt.Errorf("%w: %w", errEngineUnreachable, err)
		}
		host = hostOf(info.Endpoint)
		d.mu.Lock()
		d.host = host
		d.mu.Unlock()
	}
	return host, nil
}

const loopback = "127.0.0.1"

// hostOf returns the host in an engine's endpoint; loopback if it is this host.
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

// interfaceAge is how long the list of networks of this host is cached.
const interfaceAge = time.Second

// onNetwork reports whether this host is on the network of an address. This is
// true for bridges of an engine on this host, unless the engine runs in a virtual
// machine or a network namespace.
func (d *Dialer) onNetwork(a netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := time.Now(); now.Sub(d.interfacesAt) > interfaceAge {
		d.interfaces, d.interfacesAt = hostNetworks(), now
	}
	for _, p := range d.interfaces {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// hostNetworks returns the networks of this host without loopback, or nil if they
// cannot be read.
func hostNetworks() []prefix {
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

func isRefused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

// connectionFailure returns the outcome of a failed connection. Its message is
// the same for every run that fails in the same way.
func connectionFailure(c *Check, r route, err error) Outcome {
	if errors.Is(err, errEngineUnreachable) {
		return Outcome{}
	}
	text := errorText(err)
	if text == "" {
		text = fmt.Sprintf("no response within %s", c.Probe.Limit())
	}
	if r.address != "" {
		text += " at " + r.String()
	}
	return Outcome{Verdict: Failure, Message: text}
}

// errorText returns the text of an error without the addresses of this host. It
// is empty for a timeout.
func errorText(err error) string {
	var timeout interface{ Timeout() bool }
	var op *net.OpError
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return ""
	case isRefused(err):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET):
		return "connection reset"
	case errors.As(err, &op):
		return op.Err.Error()
	}
	return strings.TrimSpace(err.Error())
}
