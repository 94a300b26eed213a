// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"fmt"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// TestEngineUnreachable verifies that the verdict is unknown while the host of the
// engine is unknown, because a port of this host may belong to something else.
func TestEngineUnreachable(t *testing.T) {
	got := NewDialer(&fakeEngine{}).Check(t.Context(), hostCheck(spec.Probe{TCPSocket: &spec.TCPSocket{Port: silentPort(t)}}))
	if got.Verdict != Unknown {
		t.Errorf("outcome %+v, want unknown", got)
	}
}

// TestProxied verifies that a proxy that accepts a connection and closes it is a
// failure.
func TestProxied(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var proxy sync.WaitGroup
	defer proxy.Wait()
	defer func() { _ = l.Close() }()
	proxy.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	})
	c := hostCheck(spec.Probe{TCPSocket: &spec.TCPSocket{Port: 5432}})
	probePort := func(port int) Outcome {
		c.Target.Network = &engine.Container{Ports: []engine.PortBinding{{
			HostIP: "0.0.0.0", HostPort: port, ContainerPort: 5432, Protocol: "tcp",
		}}}
		return NewDialer(&fakeEngine{endpoint: "unix:///engine.sock"}).Check(t.Context(), c)
	}
	checkOutcome(t, probePort(portOf(l.Addr())), "connection closed immediately at 127.0.0.1:")
	checkOutcome(t, probePort(silentPort(t)), "")
}

// TestRoutes verifies which routes are tried, and in which order.
func TestRoutes(t *testing.T) {
	container := func(address string, ports ...engine.PortBinding) *engine.Container {
		return &engine.Container{
			Attachments: []engine.Attachment{{Network: "shop", IPAddress: address, IPv6: "fd12::5"}}, Ports: ports,
		}
	}
	everywhere := engine.PortBinding{HostIP: "0.0.0.0", HostPort: 30080, ContainerPort: 80, Protocol: "tcp"}
	locally := engine.PortBinding{HostIP: "127.0.0.1", HostPort: 30080, ContainerPort: 80, Protocol: "tcp"}
	other := engine.PortBinding{HostIP: "0.0.0.0", HostPort: 30053, ContainerPort: 80, Protocol: "udp"}
	const here, away = "unix:///run/docker.sock", "tcp://engine.test:2376"
	for name, test := range map[string]struct {
		endpoint string
		network  *engine.Container
		want     []string
	}{
		"container_address_first_on_a_shared_network": {here, container("10.9.0.5", other, everywhere), []string{"10.9.0.5:80", "127.0.0.1:30080"}},
		"published_port_without_a_shared_network":     {here, container("172.30.0.5", locally), []string{"127.0.0.1:30080"}},
		"engine_host_for_a_remote_engine":             {away, container("10.9.0.5", everywhere), []string{"engine.test:30080"}},
		"none_for_a_remote_loopback_port":             {away, container("10.9.0.5", locally), nil},
		"engine_host_for_the_host_network":            {here, &engine.Container{Config: &engine.ContainerConfig{NetworkMode: "host"}}, []string{"127.0.0.1:80"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := NewDialer(&fakeEngine{endpoint: test.endpoint})
			d.interfaces, d.interfacesAt = []prefix{netip.MustParsePrefix("10.9.0.0/16")}, time.Now().Add(time.Hour)
			routes, err := d.routes(t.Context(), plan.ProbeTarget{Container: test.network, Network: test.network}, 80)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range routes {
				got = append(got, r.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestRouteIsKept verifies that the route that worked is used until it fails or
// the addresses of the container change.
func TestRouteIsKept(t *testing.T) {
	port := silentPort(t)
	d := NewDialer(&fakeEngine{endpoint: "unix:///engine.sock"})
	c := hostCheck(spec.Probe{TCPSocket: &spec.TCPSocket{Port: 80}})
	c.Target.Network = &engine.Container{Ports: []engine.PortBinding{{HostPort: port, ContainerPort: 80, Protocol: "tcp"}}}
	checkOutcome(t, d.Check(t.Context(), c), "")
	kept := c.dialState.route
	if kept == nil || kept.address != fmt.Sprintf("127.0.0.1:%d", port) {
		t.Fatalf("kept route: %v", kept)
	}
	checkOutcome(t, d.Check(t.Context(), c), "")
	if c.dialState.route != kept {
		t.Error("the route was determined again")
	}
	c.Target.Network = &engine.Container{}
	checkOutcome(t, d.Check(t.Context(), c), "not reachable from the controller: publish the port")
}
