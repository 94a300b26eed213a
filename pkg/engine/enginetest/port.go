// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func portTests() []obligation {
	return []obligation{
		{"published_ports_are_bound_while_it_runs", portsAreBound},
		{"host_port_zero_is_a_free_port", freePort},
		{"a_busy_port_is_PortInUse", busyPort},
		{"a_new_container_gets_a_port_that_became_free", portRecovers},
		{"a_container_without_networks_has_no_ports", portsNeedNetworks},
	}
}

// published returns a server that publishes a port on the loopback address.
func (b *bench) published(name string, hostPort int, networks ...string) engine.ContainerConfig {
	cfg := b.server(name, networks...)
	cfg.Ports = []engine.PortBinding{{HostIP: "127.0.0.1", HostPort: hostPort, ContainerPort: 8080, Protocol: "tcp"}}
	return cfg
}

func portsAreBound(b *bench) {
	b.network("net")
	cfg := b.published("web", b.h.HostPorts[0], "net")
	id := b.create(cfg)
	equal(b, "bound ports before the start", len(b.get(id).Container.Ports), 0)
	b.noError(b.Start(b.ctx, id))
	c := b.get(id).Container
	if diff := cmp.Diff(cfg.Ports, c.Ports); diff != "" {
		b.t.Fatalf("ports:\n%s", diff)
	}
	equal(b, "published ports", c.PublishedPorts, 1)
	b.noError(b.Stop(b.ctx, id, grace))
	c = b.get(id).Container
	equal(b, "bound ports after the stop", len(c.Ports), 0)
	equal(b, "published ports after the stop", c.PublishedPorts, 1)
}

func freePort(b *bench) {
	b.network("net")
	first := b.get(b.run(b.published("first", 0, "net"))).Container.Ports
	second := b.get(b.run(b.published("second", 0, "net"))).Container.Ports
	equal(b, "bound ports", len(first) == 1 && len(second) == 1, true)
	equal(b, "a port was found", first[0].HostPort > 0 && second[0].HostPort > 0, true)
	equal(b, "both have the same port", first[0].HostPort == second[0].HostPort, false)
}

func busyPort(b *bench) {
	b.network("net")
	b.run(b.published("first", b.h.HostPorts[0], "net"))
	id := b.create(b.published("second", b.h.HostPorts[0], "net"))
	b.hasCode(b.Start(b.ctx, id), engine.PortInUse)
	b.failedStart(b.get(id).Container)
	// Another host port is free.
	b.run(b.published("third", b.h.HostPorts[1], "net"))
}

func portRecovers(b *bench) {
	b.network("net")
	first := b.run(b.published("first", b.h.HostPorts[0], "net"))
	second := b.create(b.published("second", b.h.HostPorts[0], "net"))
	b.hasCode(b.Start(b.ctx, second), engine.PortInUse)
	b.noError(b.Stop(b.ctx, first, grace))
	// The controller does not repeat a failed start, because the container may then
	// run without its network.
	b.noError(b.Remove(b.ctx, second))
	c := b.get(b.run(b.published("second", b.h.HostPorts[0], "net"))).Container
	equal(b, "runs", c.Running(), true)
	equal(b, "bound ports", len(c.Ports), 1)
	equal(b, "error", c.Error, "")
	b.hasCode(b.Start(b.ctx, first), engine.PortInUse)
	equal(b, "status of the first one", b.get(first).Container.Status, engine.StatusExited)
	equal(b, "the first one has an error", b.get(first).Container.Error != "", true)
}

func portsNeedNetworks(b *bench) {
	b.network("net")
	id := b.run(b.published("web", b.h.HostPorts[0], "net"))
	b.noError(b.Disconnect(b.ctx, id, b.name("net")))
	c := b.get(id).Container
	equal(b, "runs", c.Running(), true)
	equal(b, "networks", len(c.Attachments), 0)
	equal(b, "bound ports", len(c.Ports), 0)
	equal(b, "published ports", c.PublishedPorts, 1)
	b.noError(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("net")}))
	equal(b, "bound ports after connect", len(b.get(id).Container.Ports), 1)
}
