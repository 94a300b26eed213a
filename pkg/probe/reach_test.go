// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// TestAway finds that an engine which does not say where it is says nothing of
// its containers: what is reached on this host may be somebody else.
func TestAway(t *testing.T) {
	got := NewDialer(&local{}).Check(t.Context(), onHost(spec.Probe{TCPSocket: &spec.TCPSocket{Port: mute(t)}}))
	if got.Verdict != Unknown {
		t.Errorf("it says %+v", got)
	}
}

// TestForwarded finds that a proxy which accepts and hangs up is no success.
func TestForwarded(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	c := onHost(spec.Probe{TCPSocket: &spec.TCPSocket{Port: 5432}})
	reach := func(port int) Outcome {
		c.Target.Network = &engine.Container{Ports: []engine.PortBinding{{
			HostIP: "0.0.0.0", HostPort: port, ContainerPort: 5432, Protocol: "tcp",
		}}}
		return NewDialer(&local{endpoint: "unix:///engine.sock"}).Check(t.Context(), c)
	}
	wantSeen(t, reach(portOf(l.Addr())), "connection closed at once at 127.0.0.1:")
	wantSeen(t, reach(mute(t)), "")
}

// TestWays finds which ways are tried, in which order.
func TestWays(t *testing.T) {
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
		"its_address_first_where_we_are_on_its_network": {here, container("10.9.0.5", other, everywhere), []string{"10.9.0.5:80", "127.0.0.1:30080"}},
		"its_published_port_where_we_are_not":           {here, container("172.30.0.5", locally), []string{"127.0.0.1:30080"}},
		"the_engine's_host_where_that_is_another":       {away, container("10.9.0.5", everywhere), []string{"engine.test:30080"}},
		"nothing_where_it_is_published_to_itself":       {away, container("10.9.0.5", locally), nil},
		"the_host_itself_where_it_shares_its_network":   {here, &engine.Container{Config: &engine.ContainerConfig{NetworkMode: "host"}}, []string{"127.0.0.1:80"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := NewDialer(&local{endpoint: test.endpoint})
			d.interfaces, d.interfacesAt = []prefix{netip.MustParsePrefix("10.9.0.0/16")}, time.Now().Add(time.Hour)
			ways, err := d.ways(t.Context(), plan.ProbeTarget{Container: test.network, Network: test.network}, 80)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range ways {
				got = append(got, w.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestSticky finds that the way which worked is kept, until it leads nowhere or
// the container is on the network anew.
func TestSticky(t *testing.T) {
	port := mute(t)
	d := NewDialer(&local{endpoint: "unix:///engine.sock"})
	c := onHost(spec.Probe{TCPSocket: &spec.TCPSocket{Port: 80}})
	c.Target.Network = &engine.Container{Ports: []engine.PortBinding{{HostPort: port, ContainerPort: 80, Protocol: "tcp"}}}
	wantSeen(t, d.Check(t.Context(), c), "")
	kept := c.notes.way
	if kept == nil || kept.address != fmt.Sprintf("127.0.0.1:%d", port) {
		t.Fatalf("it keeps %v", kept)
	}
	wantSeen(t, d.Check(t.Context(), c), "")
	if c.notes.way != kept {
		t.Error("the way was looked for again")
	}
	c.Target.Network = &engine.Container{}
	wantSeen(t, d.Check(t.Context(), c), "it cannot be reached from here: publish the port")
}
