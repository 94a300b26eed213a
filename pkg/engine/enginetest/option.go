// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"net/netip"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func optionTests() []obligation {
	return []obligation{
		{"a_network_reports_its_options", networkOptions},
		{"a_network_reports_the_pool_that_the_engine_chose", networkPool},
		{"a_volume_reports_its_options", volumeOptions},
		{"static_addresses_are_assigned", staticAddress},
		{"a_taken_address_is_AddressInUse", takenAddress},
		{"an_address_outside_the_subnet_is_Invalid", foreignAddress},
		{"an_IPv6_address_is_assigned", ipv6Address},
		{"a_MAC_address_is_assigned", macAddress},
		{"network_mode_none_has_no_address", noNetwork},
		{"the_network_of_another_container_is_shared", sharedNetwork},
		{"a_container_whose_namespace_is_shared_must_run", peerGone},
	}
}

// subnetwork creates a network with the subnet of the harness.
func (b *bench) subnetwork(name string) engine.ID {
	b.t.Helper()
	id, err := b.CreateNetwork(b.ctx, engine.NetworkConfig{
		Name: b.name(name), Labels: b.labels(), IPAM: &engine.IPAM{Pools: []engine.IPAMPool{{Subnet: b.h.Subnet}}},
	})
	b.created = append(b.created, id)
	b.noError(err)
	return id
}

// address returns the nth address of the harness's subnet.
func (b *bench) address(n int) string {
	b.t.Helper()
	subnet, err := netip.ParsePrefix(b.h.Subnet)
	b.noError(err)
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
	b.created = append(b.created, id)
	b.noError(err)
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
	b.noError(err)
	equal(b, "internal", n.Internal || n.Attachable || n.EnableIPv6, false)
}

func volumeOptions(b *bench) {
	cfg := engine.VolumeConfig{
		Name: b.name("data"), Labels: b.labels(),
		DriverOpts: map[string]string{"type": "tmpfs", "device": "tmpfs", "o": "size=1m"},
	}
	id, err := b.CreateVolume(b.ctx, cfg)
	b.created = append(b.created, id)
	b.noError(err)
	if diff := cmp.Diff(&engine.Volume{Driver: "local", DriverOpts: cfg.DriverOpts}, b.get(id).Volume); diff != "" {
		b.t.Fatalf("volume (-want +got):\n%s", diff)
	}
}

// onSubnet returns a server that is connected to the network "static".
func (b *bench) onSubnet(name string, at engine.Attachment) engine.ContainerConfig {
	cfg := b.server(name)
	at.Network = b.name("static")
	cfg.Attachments = []engine.Attachment{at}
	return cfg
}

func staticAddress(b *bench) {
	b.subnetwork("static")
	b.network("side")
	id := b.run(b.onSubnet("web", engine.Attachment{IPv4Address: b.address(9)}))
	at := b.attached(id)[b.name("static")]
	equal(b, "address", at.IPAddress, b.address(9))
	equal(b, "requested address", at.IPv4Address, b.address(9))
	equal(b, "MAC address", at.MAC != "", true)
	other := b.run(b.server("other", "side"))
	b.noError(b.Connect(b.ctx, other, engine.Attachment{Network: b.name("static"), IPv4Address: b.address(10)}))
	equal(b, "address after connect", b.attached(other)[b.name("static")].IPAddress, b.address(10))
}

func takenAddress(b *bench) {
	b.subnetwork("static")
	b.run(b.onSubnet("first", engine.Attachment{IPv4Address: b.address(9)}))
	second := b.create(b.onSubnet("second", engine.Attachment{IPv4Address: b.address(9)}))
	b.hasCode(b.Start(b.ctx, second), engine.AddressInUse)
	b.failedStart(b.get(second).Container)
	b.network("side")
	third := b.run(b.server("third", "side"))
	err := b.Connect(b.ctx, third, engine.Attachment{Network: b.name("static"), IPv4Address: b.address(9)})
	b.hasCode(err, engine.AddressInUse)
	_, connected := b.attached(third)[b.name("static")]
	equal(b, "connected", connected, false)
	b.noError(b.Disconnect(b.ctx, third, b.name("static")))
}

func foreignAddress(b *bench) {
	b.subnetwork("static")
	cfg := b.onSubnet("web", engine.Attachment{IPv4Address: "192.0.2.9"})
	id, err := b.CreateContainer(b.ctx, cfg) // newer engines return the error here
	if err == nil {
		b.created = append(b.created, id)
		err = b.Start(b.ctx, id)
	}
	b.hasCode(err, engine.Invalid)
}

func ipv6Address(b *bench) {
	const subnet, address = "fd00:e2e::/64", "fd00:e2e::9"
	id, err := b.CreateNetwork(b.ctx, engine.NetworkConfig{
		Name: b.name("static"), Labels: b.labels(), EnableIPv6: true,
		IPAM: &engine.IPAM{Pools: []engine.IPAMPool{{Subnet: b.h.Subnet}, {Subnet: subnet}}},
	})
	b.created = append(b.created, id)
	b.noError(err)
	n := b.get(id).Network
	equal(b, "IPv6", n.EnableIPv6, true)
	equal(b, "pools", len(n.IPAM.Pools), 2)
	web := b.run(b.onSubnet("web", engine.Attachment{IPv6Address: address}))
	at := b.attached(web)[b.name("static")]
	equal(b, "address", at.IPv6, address)
	equal(b, "requested address", at.IPv6Address, address)
	equal(b, "has an IPv4 address", at.IPAddress != "", true)
}

func macAddress(b *bench) {
	b.subnetwork("static")
	const mac = "02:42:0a:00:00:77"
	id := b.run(b.onSubnet("web", engine.Attachment{MACAddress: mac}))
	equal(b, "MAC address", b.attached(id)[b.name("static")].MAC, mac)
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
	equal(b, "own networks", len(c.Attachments), 0)
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
		b.hasCode(b.Start(b.ctx, b.create(cfg)), engine.PeerUnavailable)
	}
	cfg := b.server("late")
	cfg.NetworkMode = "container:" + b.name("none")
	id, err := b.CreateContainer(b.ctx, cfg)
	if err == nil { // some engines return the error at the start
		b.created = append(b.created, id)
		err = b.Start(b.ctx, id)
	}
	b.hasCode(err, engine.PeerUnavailable)
}
