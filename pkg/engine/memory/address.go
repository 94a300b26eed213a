// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"fmt"
	"net/netip"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// defaultSubnets returns the subnets that the engine chooses from. The first one
// of a real engine is left out, because its default network uses it.
func defaultSubnets() []netip.Prefix {
	var out []netip.Prefix
	for i := range 14 {
		out = append(out, netip.PrefixFrom(netip.AddrFrom4([4]byte{172, byte(18 + i), 0, 0}), 16))
	}
	for i := range 16 {
		out = append(out, netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 168, byte(16 * i), 0}), 20))
	}
	return out
}

// subnetFor returns the IPv4 subnet of a new network: the first one of its
// configuration, otherwise a free one. It returns SubnetOverlap if that is in use
// or if none is free.
func (ns *networks) subnetFor(op Op, ipam *engine.IPAM) (netip.Prefix, error) {
	var requested []engine.IPAMPool
	if ipam != nil {
		requested = ipam.Pools
	}
	for _, p := range requested {
		if p.Subnet == "" {
			continue
		}
		subnet, err := netip.ParsePrefix(p.Subnet)
		if err != nil {
			return netip.Prefix{}, refuse(op, engine.Invalid, "invalid subnet: %w", err)
		}
		if subnet.Addr().Is6() {
			continue
		}
		if subnet = subnet.Masked(); ns.overlaps(subnet) {
			return netip.Prefix{}, refuse(op, engine.SubnetOverlap, "pool overlaps with other one on this address space")
		}
		return subnet, nil
	}
	for _, subnet := range defaultSubnets() {
		if !ns.overlaps(subnet) {
			return subnet, nil
		}
	}
	return netip.Prefix{}, refuse(op, engine.SubnetOverlap,
		"could not find an available, non-overlapping address pool among the defaults")
}

func (ns *networks) overlaps(subnet netip.Prefix) bool {
	for _, n := range ns.byID {
		if n.subnet.Overlaps(subnet) {
			return true
		}
	}
	return false
}

// addresses holds the addresses of a container on a network; v6 is invalid
// without IPv6.
type addresses struct{ v4, v6 netip.Addr }

// subnet6For returns the first IPv6 subnet of a configuration; invalid if there is
// none.
func subnet6For(op Op, cfg engine.NetworkConfig) (netip.Prefix, error) {
	if !cfg.EnableIPv6 || cfg.IPAM == nil {
		return netip.Prefix{}, nil
	}
	for _, p := range cfg.IPAM.Pools {
		subnet, err := netip.ParsePrefix(p.Subnet)
		if err != nil {
			return netip.Prefix{}, refuse(op, engine.Invalid, "invalid subnet: %w", err)
		}
		if subnet.Addr().Is6() {
			return subnet.Masked(), nil
		}
	}
	return netip.Prefix{}, nil
}

// assign returns the addresses that a container requests, otherwise free ones. It
// returns AddressInUse if a requested one is taken.
func (n *network) assign(op Op, at engine.Attachment) (addresses, error) {
	static := at.IPv4Address != "" || at.IPv6Address != ""
	if static && len(n.cfg.IPAM.Pools) == 0 {
		return addresses{}, refuse(op, engine.Invalid, "static addresses need a network with a configured subnet")
	}
	taken := map[netip.Addr]bool{}
	for _, member := range n.members {
		taken[member.v4], taken[member.v6] = true, true
	}
	v4, err := chooseAddress(op, n.subnet, at.IPv4Address, taken)
	if err != nil || !n.subnet6.IsValid() {
		return addresses{v4: v4}, err
	}
	v6, err := chooseAddress(op, n.subnet6, at.IPv6Address, taken)
	return addresses{v4, v6}, err
}

// chooseAddress returns the requested address, otherwise the lowest free one
// after the addresses of the network itself and of its gateway.
func chooseAddress(op Op, subnet netip.Prefix, requested string, taken map[netip.Addr]bool) (netip.Addr, error) {
	if requested == "" {
		addr := subnet.Addr().Next().Next()
		for taken[addr] {
			addr = addr.Next()
		}
		return addr, nil
	}
	addr, err := netip.ParseAddr(requested)
	switch {
	case err != nil:
		return addr, refuse(op, engine.Invalid, "invalid address: %w", err)
	case !subnet.Contains(addr):
		return addr, refuse(op, engine.Invalid, "invalid address %s: it does not belong to the subnet %s", addr, subnet)
	case taken[addr]:
		return addr, refuse(op, engine.AddressInUse, "address already in use")
	}
	return addr, nil
}

// macOf returns the hardware address that Docker derives from an IPv4 address.
func macOf(addr netip.Addr) string {
	b := addr.As4()
	return fmt.Sprintf("02:42:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3])
}
