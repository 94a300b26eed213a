// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func attachmentTests() []obligation {
	return []obligation{
		{"a_container_is_connected_to_all_its_networks", manyNetworks},
		{"addresses_are_reported_while_it_runs", addresses},
		{"connect_of_a_running_container", connectRunning},
		{"connect_of_a_created_container", connectCreated},
		{"connect_to_a_connected_network_is_no_error", connectTwice},
		{"connect_to_a_missing_network_is_NetworkNotFound", connectMissing},
		{"disconnect_removes_the_attachment", disconnectLeaves},
		{"disconnect_from_another_network_is_no_error", disconnectTwice},
		{"the_network_of_the_creation_is_reported", baseNetwork},
		{"a_container_keeps_its_networks_if_its_first_one_is_gone", withoutBaseNetwork},
		{"start_without_the_network_is_NetworkNotFound", startWithoutNetwork},
		{"the_first_start_uses_the_network_with_the_name", startOnRemade},
		{"disconnect_and_connect_repair_a_stale_attachment", rejoinRemade},
	}
}

// attached returns the attachments of a container by the name of the network.
func (b *bench) attached(id engine.ID) map[string]engine.Attachment {
	b.t.Helper()
	all := b.get(id).Container.Attachments
	out := map[string]engine.Attachment{}
	for _, at := range all {
		out[at.Network] = at
	}
	sorted := slices.IsSortedFunc(all, func(a, b engine.Attachment) int { return slices.Compare([]string{a.Network}, []string{b.Network}) })
	equal(b, "sorted by name", sorted, true)
	return out
}

// isAttached asserts that a running container is connected to a network.
func (b *bench) isAttached(id, network engine.ID, alias string) {
	b.t.Helper()
	at, ok := b.attached(id)[b.get(network).Name]
	equal(b, "connected", ok, true)
	equal(b, "incarnation", at.NetworkID, network.Value)
	equal(b, "has the alias "+alias, slices.Contains(at.Aliases, alias), true)
	equal(b, "has an address", at.IPAddress != "", true)
	equal(b, "a member of the network", slices.Contains(b.get(network).Network.Containers, id.Value), true)
}

func manyNetworks(b *bench) {
	z, a := b.network("z"), b.network("a")
	id := b.create(b.server("web", "z", "a"))
	equal(b, "networks before the start", len(b.attached(id)), 2)
	b.noError(b.Start(b.ctx, id))
	equal(b, "networks", len(b.attached(id)), 2)
	b.isAttached(id, z, "web")
	b.isAttached(id, a, "web")
}

func addresses(b *bench) {
	b.network("net")
	first, second := b.run(b.server("first", "net")), b.run(b.server("second", "net"))
	address := func(id engine.ID) string { return b.attached(id)[b.name("net")].IPAddress }
	equal(b, "has an address", address(first) != "", true)
	equal(b, "has the address of another", address(first) == address(second), false)
	b.noError(b.Stop(b.ctx, first, grace))
	equal(b, "address after the stop", address(first), "")
	equal(b, "networks after the stop", len(b.attached(first)), 1)
}

func connectRunning(b *bench) {
	b.network("net")
	side := b.network("side")
	id := b.run(b.server("web", "net"))
	b.noError(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("side"), Aliases: []string{"other"}}))
	b.isAttached(id, side, "other")
	equal(b, "networks", len(b.attached(id)), 2)
}

func connectCreated(b *bench) {
	b.network("net")
	side := b.network("side")
	id := b.create(b.server("web", "net"))
	b.noError(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("side"), Aliases: []string{"other"}}))
	equal(b, "networks", len(b.attached(id)), 2)
	b.noError(b.Start(b.ctx, id))
	b.isAttached(id, side, "other")
}

func connectTwice(b *bench) {
	net := b.network("net")
	id := b.run(b.server("web", "net"))
	b.noError(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("net")}))
	b.isAttached(id, net, "web")
}

func connectMissing(b *bench) {
	b.network("net")
	id := b.run(b.server("web", "net"))
	b.hasCode(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("none")}), engine.NetworkNotFound)
	equal(b, "networks", len(b.attached(id)), 1)
}

func disconnectLeaves(b *bench) {
	net, side := b.network("net"), b.network("side")
	id := b.run(b.server("web", "net", "side"))
	b.noError(b.Disconnect(b.ctx, id, b.name("side")))
	equal(b, "networks", len(b.attached(id)), 1)
	b.isAttached(id, net, "web")
	b.noError(b.Remove(b.ctx, side))
	stopped := b.create(b.server("stopped", "net"))
	b.noError(b.Disconnect(b.ctx, stopped, b.name("net")))
	equal(b, "networks of a created container", len(b.attached(stopped)), 0)
}

func disconnectTwice(b *bench) {
	b.network("net")
	b.network("side")
	id := b.run(b.server("web", "net"))
	b.noError(b.Disconnect(b.ctx, id, b.name("side")))
	b.noError(b.Disconnect(b.ctx, id, b.name("none")))
	equal(b, "networks", len(b.attached(id)), 1)
}

func baseNetwork(b *bench) {
	b.network("net")
	b.network("side")
	id := b.run(b.server("web", "net"))
	b.noError(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("side")}))
	b.noError(b.Disconnect(b.ctx, id, b.name("net")))
	equal(b, "base network", b.get(id).Container.BaseNetwork, b.name("net"))
	equal(b, "base network without networks", b.get(b.create(b.server("none"))).Container.BaseNetwork, "")
}

// withoutBaseNetwork allows the two behaviours of engines: a container that has
// left the network of its creation, which is gone, can be connected and started,
// or it is NetworkNotFound and the container is otherwise as before.
func withoutBaseNetwork(b *bench) {
	net, side := b.network("net"), b.network("side")
	b.network("third")
	id := b.run(b.server("web", "net"))
	b.noError(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("side"), Aliases: []string{"web"}}))
	b.noError(b.Disconnect(b.ctx, id, b.name("net")))
	b.noError(b.Remove(b.ctx, net))
	b.isAttached(id, side, "web")
	err := b.Connect(b.ctx, id, engine.Attachment{Network: b.name("third")})
	if err != nil {
		b.hasCode(err, engine.NetworkNotFound)
		equal(b, "networks after the refusal", len(b.attached(id)), 1)
	}
	b.isAttached(id, side, "web")
	b.noError(b.Stop(b.ctx, id, grace))
	if started := b.Start(b.ctx, id); err != nil {
		b.hasCode(started, engine.NetworkNotFound)
	} else {
		b.noError(started)
	}
	b.network("net")
	b.noError(b.Start(b.ctx, id))
	b.isAttached(id, side, "web")
}

func startWithoutNetwork(b *bench) {
	net := b.network("net")
	id := b.create(b.server("web", "net"))
	b.noError(b.Remove(b.ctx, net))
	b.hasCode(b.Start(b.ctx, id), engine.NetworkNotFound)
	b.failedStart(b.get(id).Container)
}

func startOnRemade(b *bench) {
	net := b.network("net")
	id := b.create(b.server("web", "net"))
	b.noError(b.Remove(b.ctx, net))
	remade := b.network("net")
	b.noError(b.Start(b.ctx, id))
	b.isAttached(id, remade, "web")
}

func rejoinRemade(b *bench) {
	net := b.network("net")
	id := b.run(b.server("web", "net"))
	b.noError(b.Stop(b.ctx, id, grace))
	b.noError(b.Remove(b.ctx, net))
	remade := b.network("net")
	b.hasCode(b.Start(b.ctx, id), engine.NetworkNotFound)
	b.noError(b.Disconnect(b.ctx, id, b.name("net")))
	b.noError(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("net"), Aliases: []string{"web"}}))
	b.noError(b.Start(b.ctx, id))
	b.isAttached(id, remade, "web")
	equal(b, "error", b.get(id).Container.Error, "")
}
