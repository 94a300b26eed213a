// SPDX-License-Identifier: Apache-2.0

package memory

import (
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
	if ipam != nil && len(ipam.Pools) > 0 && ipam.Pools[0].Subnet != "" {
		subnet, err := netip.ParsePrefix(ipam.Pools[0].Subnet)
		if err != nil {
			return netip.Prefix{}, refuse(op, engine.Invalid, "invalid subnet: %w", err)
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

// freeAddress is the lowest address that no member has, behind those of the
// network itself and of its gateway.
func (n *network) freeAddress() netip.Addr {
	taken := make(map[netip.Addr]bool, len(n.members))
	for _, addr := range n.members {
		taken[addr] = true
	}
	addr := n.subnet.Addr().Next().Next()
	for taken[addr] {
		addr = addr.Next()
	}
	return addr
}
