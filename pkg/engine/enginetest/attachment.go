// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func attachmentTests() []obligation {
	return []obligation{
		{"a_container_is_on_all_its_networks", manyNetworks},
		{"addresses_are_told_while_it_runs", addresses},
		{"connect_joins_what_runs", connectRunning},
		{"connect_joins_what_does_not_run", connectCreated},
		{"connect_to_what_it_is_on_is_no_error", connectTwice},
		{"connect_to_a_missing_network_is_NetworkNotFound", connectMissing},
		{"disconnect_leaves", disconnectLeaves},
		{"disconnect_from_what_it_is_not_on_is_no_error", disconnectTwice},
		{"a_network_that_is_gone_at_the_start_is_NetworkNotFound", startWithoutNetwork},
		{"what_never_ran_takes_the_network_that_has_the_name", startOnRemade},
		{"leaving_and_joining_again_mends_a_stale_place", rejoinRemade},
	}
}

// attached are the networks of a container, by name.
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

// on asserts that a running container is on a network.
func (b *bench) on(id, network engine.ID, alias string) {
	b.t.Helper()
	at, ok := b.attached(id)[b.get(network).Name]
	equal(b, "on the network", ok, true)
	equal(b, "incarnation", at.NetworkID, network.Value)
	equal(b, "has the alias "+alias, slices.Contains(at.Aliases, alias), true)
	equal(b, "has an address", at.IPAddress != "", true)
	equal(b, "the network tells of it", slices.Contains(b.get(network).Network.Containers, id.Value), true)
}

func manyNetworks(b *bench) {
	z, a := b.network("z"), b.network("a")
	id := b.create(b.server("web", "z", "a"))
	equal(b, "networks before the start", len(b.attached(id)), 2)
	b.ok(b.Start(b.ctx, id))
	equal(b, "networks", len(b.attached(id)), 2)
	b.on(id, z, "web")
	b.on(id, a, "web")
}

func addresses(b *bench) {
	b.network("net")
	first, second := b.run(b.server("first", "net")), b.run(b.server("second", "net"))
	address := func(id engine.ID) string { return b.attached(id)[b.name("net")].IPAddress }
	equal(b, "has an address", address(first) != "", true)
	equal(b, "has that of another", address(first) == address(second), false)
	b.ok(b.Stop(b.ctx, first, grace))
	equal(b, "address once it stopped", address(first), "")
	equal(b, "networks once it stopped", len(b.attached(first)), 1)
}

func connectRunning(b *bench) {
	b.network("net")
	side := b.network("side")
	id := b.run(b.server("web", "net"))
	b.ok(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("side"), Aliases: []string{"other"}}))
	b.on(id, side, "other")
	equal(b, "networks", len(b.attached(id)), 2)
}

func connectCreated(b *bench) {
	b.network("net")
	side := b.network("side")
	id := b.create(b.server("web", "net"))
	b.ok(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("side"), Aliases: []string{"other"}}))
	equal(b, "networks", len(b.attached(id)), 2)
	b.ok(b.Start(b.ctx, id))
	b.on(id, side, "other")
}

func connectTwice(b *bench) {
	net := b.network("net")
	id := b.run(b.server("web", "net"))
	b.ok(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("net")}))
	b.on(id, net, "web")
}

func connectMissing(b *bench) {
	b.network("net")
	id := b.run(b.server("web", "net"))
	b.refused(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("none")}), engine.NetworkNotFound)
	equal(b, "networks", len(b.attached(id)), 1)
}

func disconnectLeaves(b *bench) {
	net, side := b.network("net"), b.network("side")
	id := b.run(b.server("web", "net", "side"))
	b.ok(b.Disconnect(b.ctx, id, b.name("side")))
	equal(b, "networks", len(b.attached(id)), 1)
	b.on(id, net, "web")
	b.ok(b.Remove(b.ctx, side))
	stopped := b.create(b.server("stopped", "net"))
	b.ok(b.Disconnect(b.ctx, stopped, b.name("net")))
	equal(b, "networks of what does not run", len(b.attached(stopped)), 0)
}

func disconnectTwice(b *bench) {
	b.network("net")
	b.network("side")
	id := b.run(b.server("web", "net"))
	b.ok(b.Disconnect(b.ctx, id, b.name("side")))
	b.ok(b.Disconnect(b.ctx, id, b.name("none")))
	equal(b, "networks", len(b.attached(id)), 1)
}

func startWithoutNetwork(b *bench) {
	net := b.network("net")
	id := b.create(b.server("web", "net"))
	b.ok(b.Remove(b.ctx, net))
	b.refused(b.Start(b.ctx, id), engine.NetworkNotFound)
	b.failedStart(b.get(id).Container)
}

func startOnRemade(b *bench) {
	net := b.network("net")
	id := b.create(b.server("web", "net"))
	b.ok(b.Remove(b.ctx, net))
	remade := b.network("net")
	b.ok(b.Start(b.ctx, id))
	b.on(id, remade, "web")
}

func rejoinRemade(b *bench) {
	net := b.network("net")
	id := b.run(b.server("web", "net"))
	b.ok(b.Stop(b.ctx, id, grace))
	b.ok(b.Remove(b.ctx, net))
	remade := b.network("net")
	b.refused(b.Start(b.ctx, id), engine.NetworkNotFound)
	b.ok(b.Disconnect(b.ctx, id, b.name("net")))
	b.ok(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("net"), Aliases: []string{"web"}}))
	b.ok(b.Start(b.ctx, id))
	b.on(id, remade, "web")
	equal(b, "error", b.get(id).Container.Error, "")
}
