// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// staticAddress is an address on a network that a container asks for.
type staticAddress struct {
	network string
	address netip.Addr
}

// staticAddresses returns the addresses that an attachment asks for.
func staticAddresses(at engine.Attachment) []staticAddress {
	var out []staticAddress
	for _, text := range []string{at.IPv4Address, at.IPv6Address} {
		if address, err := netip.ParseAddr(text); err == nil {
			out = append(out, staticAddress{at.Network, address})
		}
	}
	return out
}

// addDesiredAddresses indexes the static addresses that a manifest asks for.
func (ix *index) addDesiredAddresses(set spec.Set, obj spec.Object) {
	if obj.Container == nil {
		return
	}
	for _, at := range attachments(set, obj) {
		for _, a := range staticAddresses(at) {
			ix.addresses[a] = append(ix.addresses[a], obj.Key())
		}
	}
}

// addHeldAddresses indexes the static addresses that a running container of ours
// has.
func (ix *index) addHeldAddresses(k spec.Key, c *engine.Container) {
	if c == nil || !c.Running() {
		return
	}
	for _, at := range c.Attachments {
		for _, a := range staticAddresses(at) {
			ix.addressed[a] = append(ix.addressed[a], k)
		}
	}
}

// addressWaiters returns the manifests that ask for a static address of a
// container.
func (ix *index) addressWaiters(c *engine.Container) []spec.Key {
	if c == nil {
		return nil
	}
	var keys []spec.Key
	for _, at := range c.Attachments {
		for _, a := range staticAddresses(at) {
			keys = append(keys, ix.addresses[a]...)
		}
	}
	return keys
}

// addressHolder returns another container of ours that still has a static address
// of an attachment although its own manifest no longer asks for it.
func (n networks) addressHolder(k spec.Key, at engine.Attachment) (spec.Key, staticAddress, bool) {
	for _, a := range staticAddresses(at) {
		for _, holder := range n.index.addressed[a] {
			if holder != k && !slices.Contains(n.index.addresses[a], holder) {
				return holder, a, true
			}
		}
	}
	return spec.Key{}, staticAddress{}, false
}

// heldAddresses returns a blocker for each container of ours that still has a static
// address of obj although its own manifest no longer asks for it.
func (n networks) heldAddresses(obj spec.Object) []Blocker {
	var blockers []Blocker
	for _, at := range attachments(n.Desired, obj) {
		if holder, a, held := n.addressHolder(obj.Key(), at); held {
			blockers = append(blockers, Blocker{
				Key: holder, Reason: condition.ReasonAddressInUse,
				Message: fmt.Sprintf("the address %s on %s is still in use by %s, which is releasing it", a.address, a.network, holder),
			})
		}
	}
	return blockers
}
