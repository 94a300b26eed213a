// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"fmt"
	"net/netip"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// pools are the subnets that engines give out by themselves, but the first,
// which their default network has.
func pools() []netip.Prefix {
	var out []netip.Prefix
	for i := range 14 {
		out = append(out, netip.PrefixFrom(netip.AddrFrom4([4]byte{172, byte(18 + i), 0, 0}), 16))
	}
	for i := range 16 {
		out = append(out, netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 168, byte(16 * i), 0}), 20))
	}
	return out
}

// pool is the subnet of a new network: the first that was asked for, or a free
// one.
func (e *Engine) pool(op Op, ipam *engine.IPAM) (netip.Prefix, error) {
	var asked []engine.IPAMPool
	if ipam != nil {
		asked = ipam.Pools
	}
	for _, p := range asked {
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
		if subnet = subnet.Masked(); e.overlaps(subnet) {
			return netip.Prefix{}, refuse(op, engine.SubnetOverlap, "pool overlaps with other one on this address space")
		}
		return subnet, nil
	}
	for _, subnet := range pools() {
		if !e.overlaps(subnet) {
			return subnet, nil
		}
	}
	return netip.Prefix{}, refuse(op, engine.SubnetOverlap,
		"could not find an available, non-overlapping address pool among the defaults")
}

func (e *Engine) overlaps(subnet netip.Prefix) bool {
	for _, n := range e.networks {
		if n.subnet.Overlaps(subnet) {
			return true
		}
	}
	return false
}

// addresses are those of a container on a network; v6 is invalid without IPv6.
type addresses struct{ v4, v6 netip.Addr }

// pool6 is the first IPv6 subnet that was asked for.
func pool6(op Op, cfg engine.NetworkConfig) (netip.Prefix, error) {
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

// assign gives a container the addresses it asks for, or free ones.
func (n *network) assign(op Op, at engine.Attachment) (addresses, error) {
	static := at.IPv4Address != "" || at.IPv6Address != ""
	if static && len(n.cfg.IPAM.Pools) == 0 {
		return addresses{}, refuse(op, engine.Invalid, "addresses can be asked for on networks with a subnet of one's own only")
	}
	taken := map[netip.Addr]bool{}
	for _, has := range n.members {
		taken[has.v4], taken[has.v6] = true, true
	}
	v4, err := assigned(op, n.subnet, at.IPv4Address, taken)
	if err != nil || !n.subnet6.IsValid() {
		return addresses{v4: v4}, err
	}
	v6, err := assigned(op, n.subnet6, at.IPv6Address, taken)
	return addresses{v4, v6}, err
}

// assigned is the address that was asked for, or the lowest that nobody has,
// behind those of the network itself and of its gateway.
func assigned(op Op, subnet netip.Prefix, asked string, taken map[netip.Addr]bool) (netip.Addr, error) {
	if asked == "" {
		addr := subnet.Addr().Next().Next()
		for taken[addr] {
			addr = addr.Next()
		}
		return addr, nil
	}
	addr, err := netip.ParseAddr(asked)
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

// macOf is the hardware address that engines make of an address.
func macOf(addr netip.Addr) string {
	b := addr.As4()
	return fmt.Sprintf("02:42:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3])
}
