// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"net/netip"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func optionTests() []obligation {
	return []obligation{
		{"a_network_tells_its_options", networkOptions},
		{"a_network_tells_the_pool_the_engine_chose", networkPool},
		{"a_volume_tells_its_options", volumeOptions},
		{"static_addresses_are_had", staticAddress},
		{"an_address_that_is_taken_is_AddressInUse", takenAddress},
		{"an_address_outside_the_subnet_is_Invalid", foreignAddress},
		{"an_address_of_IPv6_is_had", sixthVersion},
		{"a_hardware_address_is_had", hardwareAddress},
		{"without_networks_there_are_none", noNetwork},
		{"another_containers_network_is_shared", sharedNetwork},
		{"a_container_to_share_with_has_to_run", peerGone},
	}
}

// subnetwork is a network of the harness's subnet.
func (b *bench) subnetwork(name string) engine.ID {
	b.t.Helper()
	id, err := b.CreateNetwork(b.ctx, engine.NetworkConfig{
		Name: b.name(name), Labels: b.labels(), IPAM: &engine.IPAM{Pools: []engine.IPAMPool{{Subnet: b.h.Subnet}}},
	})
	b.made = append(b.made, id)
	b.ok(err)
	return id
}

// address is one of the harness's subnet.
func (b *bench) address(n int) string {
	b.t.Helper()
	subnet, err := netip.ParsePrefix(b.h.Subnet)
	b.ok(err)
	addr := subnet.Addr()
	for range n {
		addr = addr.Next()
	}
	return addr.String()
}

func networkOptions(b *bench) {
	cfg := engine.NetworkConfig{
		Name: b.name("net"), Labels: b.labels(), Internal: true, Attachable: true,
		DriverOpts: map[string]string{"com.docker.network.driver.mtu": "1400"},
		IPAM: &engine.IPAM{Pools: []engine.IPAMPool{{
			Subnet: b.h.Subnet, IPRange: b.address(16) + "/28", Gateway: b.address(1),
			AuxAddresses: map[string]string{"router": b.address(2)},
		}}},
	}
	id, err := b.CreateNetwork(b.ctx, cfg)
	b.made = append(b.made, id)
	b.ok(err)
	got := b.get(id).Network
	want := &engine.Network{
		Driver: "bridge", DriverOpts: cfg.DriverOpts, Internal: true, Attachable: true,
		IPAM: engine.IPAM{Driver: "default", Pools: cfg.IPAM.Pools, Options: got.IPAM.Options},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Fatalf("network (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(got, b.list().Objects[id].Network); diff != "" {
		b.t.Fatalf("the list differs:\n%s", diff)
	}
}

func networkPool(b *bench) {
	n := b.get(b.network("net")).Network
	equal(b, "pools", len(n.IPAM.Pools), 1)
	_, err := netip.ParsePrefix(n.IPAM.Pools[0].Subnet)
	b.ok(err)
	equal(b, "internal", n.Internal || n.Attachable || n.EnableIPv6, false)
}

func volumeOptions(b *bench) {
	cfg := engine.VolumeConfig{
		Name: b.name("data"), Labels: b.labels(),
		DriverOpts: map[string]string{"type": "tmpfs", "device": "tmpfs", "o": "size=1m"},
	}
	id, err := b.CreateVolume(b.ctx, cfg)
	b.made = append(b.made, id)
	b.ok(err)
	if diff := cmp.Diff(&engine.Volume{Driver: "local", DriverOpts: cfg.DriverOpts}, b.get(id).Volume); diff != "" {
		b.t.Fatalf("volume (-want +got):\n%s", diff)
	}
}

// placed is a server with a place on the subnetwork.
func (b *bench) placed(name string, at engine.Attachment) engine.ContainerConfig {
	cfg := b.server(name)
	at.Network = b.name("static")
	cfg.Attachments = []engine.Attachment{at}
	return cfg
}

func staticAddress(b *bench) {
	b.subnetwork("static")
	b.network("side")
	id := b.run(b.placed("web", engine.Attachment{IPv4Address: b.address(9)}))
	at := b.attached(id)[b.name("static")]
	equal(b, "address", at.IPAddress, b.address(9))
	equal(b, "address asked for", at.IPv4Address, b.address(9))
	equal(b, "hardware address", at.MAC != "", true)
	other := b.run(b.server("other", "side"))
	b.ok(b.Connect(b.ctx, other, engine.Attachment{Network: b.name("static"), IPv4Address: b.address(10)}))
	equal(b, "address joined with", b.attached(other)[b.name("static")].IPAddress, b.address(10))
}

func takenAddress(b *bench) {
	b.subnetwork("static")
	b.run(b.placed("first", engine.Attachment{IPv4Address: b.address(9)}))
	second := b.create(b.placed("second", engine.Attachment{IPv4Address: b.address(9)}))
	b.refused(b.Start(b.ctx, second), engine.AddressInUse)
	b.failedStart(b.get(second).Container)
	b.network("side")
	third := b.run(b.server("third", "side"))
	err := b.Connect(b.ctx, third, engine.Attachment{Network: b.name("static"), IPv4Address: b.address(9)})
	b.refused(err, engine.AddressInUse)
	_, joined := b.attached(third)[b.name("static")]
	equal(b, "has joined", joined, false)
	b.ok(b.Disconnect(b.ctx, third, b.name("static")))
}

func foreignAddress(b *bench) {
	b.subnetwork("static")
	cfg := b.placed("web", engine.Attachment{IPv4Address: "192.0.2.9"})
	id, err := b.CreateContainer(b.ctx, cfg) // newer engines refuse it here
	if err == nil {
		b.made = append(b.made, id)
		err = b.Start(b.ctx, id)
	}
	b.refused(err, engine.Invalid)
}

func sixthVersion(b *bench) {
	const subnet, address = "fd00:e2e::/64", "fd00:e2e::9"
	id, err := b.CreateNetwork(b.ctx, engine.NetworkConfig{
		Name: b.name("static"), Labels: b.labels(), EnableIPv6: true,
		IPAM: &engine.IPAM{Pools: []engine.IPAMPool{{Subnet: b.h.Subnet}, {Subnet: subnet}}},
	})
	b.made = append(b.made, id)
	b.ok(err)
	n := b.get(id).Network
	equal(b, "has it", n.EnableIPv6, true)
	equal(b, "pools", len(n.IPAM.Pools), 2)
	web := b.run(b.placed("web", engine.Attachment{IPv6Address: address}))
	at := b.attached(web)[b.name("static")]
	equal(b, "address", at.IPv6, address)
	equal(b, "address asked for", at.IPv6Address, address)
	equal(b, "has one of the fourth version too", at.IPAddress != "", true)
}

func hardwareAddress(b *bench) {
	b.subnetwork("static")
	const mac = "02:42:0a:00:00:77"
	id := b.run(b.placed("web", engine.Attachment{MACAddress: mac}))
	equal(b, "hardware address", b.attached(id)[b.name("static")].MAC, mac)
}

func noNetwork(b *bench) {
	cfg := b.server("web")
	cfg.NetworkMode = "none"
	c := b.get(b.run(cfg)).Container
	equal(b, "mode", c.Config.NetworkMode, "none")
	for _, at := range c.Attachments {
		equal(b, "address on "+at.Network, at.IPAddress, "")
	}
}

func sharedNetwork(b *bench) {
	b.network("net")
	owner := b.run(b.server("owner", "net"))
	cfg := b.server("user")
	cfg.NetworkMode = "container:" + owner.Value
	id := b.run(cfg)
	c := b.get(id).Container
	equal(b, "mode", c.Config.NetworkMode, cfg.NetworkMode)
	equal(b, "networks of its own", len(c.Attachments), 0)
	if diffs := engine.Differences(cfg, b.get(id)); len(diffs) > 0 {
		b.t.Fatalf("it runs with differences %+v", diffs)
	}
}

func peerGone(b *bench) {
	owner := b.create(b.server("owner"))
	for what, share := range map[string]func(*engine.ContainerConfig){
		"network": func(c *engine.ContainerConfig) { c.NetworkMode = "container:" + owner.Value },
		"pid":     func(c *engine.ContainerConfig) { c.PID = "container:" + owner.Value },
	} {
		cfg := b.server("user-" + what)
		share(&cfg)
		b.refused(b.Start(b.ctx, b.create(cfg)), engine.PeerUnavailable)
	}
	cfg := b.server("late")
	cfg.NetworkMode = "container:" + b.name("none")
	id, err := b.CreateContainer(b.ctx, cfg)
	if err == nil { // it is found out by the start
		b.made = append(b.made, id)
		err = b.Start(b.ctx, id)
	}
	b.refused(err, engine.PeerUnavailable)
}
