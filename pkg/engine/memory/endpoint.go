// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// endpoint is the connection of a container to a network. Until the container
// starts, it refers to any network with the name; from then on to one
// incarnation.
type endpoint struct {
	network   string
	networkID string
	requested engine.Attachment
	assigned  addresses // zero unless the container runs
}

// attachment returns the endpoint as an inspection reports it.
func (ep *endpoint) attachment() engine.Attachment {
	out := ep.requested
	out.NetworkID, out.Network = ep.networkID, ep.network
	out.Aliases = slices.Clone(out.Aliases)
	out.IPAddress, out.IPv6, out.MAC = "", "", ""
	if ep.assigned.v4.IsValid() {
		out.IPAddress = ep.assigned.v4.String()
		out.MAC = cmp.Or(out.MACAddress, macOf(ep.assigned.v4))
	}
	if ep.assigned.v6.IsValid() {
		out.IPv6 = ep.assigned.v6.String()
	}
	return out
}

// Connect connects a container to a network; see engine.Writer.
func (e *Engine) Connect(ctx context.Context, id engine.ID, at engine.Attachment) error {
	op := Op{Name: "Connect", ID: id, Arg: at.Network}
	return e.write(ctx, op, func() error { return e.containers.connect(op, id, at) })
}

// Disconnect disconnects a container from a network; see engine.Writer.
func (e *Engine) Disconnect(ctx context.Context, id engine.ID, network string) error {
	op := Op{Name: "Disconnect", ID: id, Arg: network}
	return e.write(ctx, op, func() error { return e.containers.disconnect(op, id, network) })
}

func (cs *containers) connect(op Op, id engine.ID, at engine.Attachment) error {
	c, err := cs.byID(op, id)
	if err != nil {
		return err
	}
	if c.endpoint(at.Network) != nil {
		return nil
	}
	n := cs.networks.byName(at.Network)
	if n == nil {
		return refuse(op, engine.NetworkNotFound, "network %s not found", at.Network)
	}
	ep, now := c.addEndpoint(at), cs.clock()
	if !c.running() {
		cs.networks.recordMember(now, c, n, "connect")
		return nil
	}
	if err := cs.checkBaseNetwork(op, c); err != nil {
		c.dropEndpoint(ep)
		return err
	}
	if err = cs.networks.attach(op, now, c, ep, n); err == nil && len(c.ports) == 0 {
		err = cs.publishPorts(op, c)
	}
	if err != nil {
		cs.networks.detach(now, c, ep)
		c.dropEndpoint(ep)
	}
	return err
}

func (cs *containers) disconnect(op Op, id engine.ID, name string) error {
	c, err := cs.byID(op, id)
	if err != nil {
		return err
	}
	ep := c.endpoint(name)
	if ep == nil {
		return nil
	}
	n := cs.networks.byName(name)
	if n == nil {
		return refuse(op, engine.NetworkNotFound, "network %s not found", name)
	}
	ep.networkID = n.id.Value
	cs.networks.detach(cs.clock(), c, ep)
	c.dropEndpoint(ep)
	if c.isolated() {
		c.ports = nil
	}
	return nil
}

// checkBaseNetwork returns an error if the engine needs the network on which a
// container was created and there is none.
func (cs *containers) checkBaseNetwork(op Op, c *container) error {
	if !cs.needsBaseNetwork || c.baseNetwork == "" || cs.networks.byName(c.baseNetwork) != nil {
		return nil
	}
	return refuse(op, engine.NetworkNotFound, "could not find a network matching network mode %[1]s: network %[1]s not found", c.baseNetwork)
}

// addEndpoint adds an endpoint at its place in the order.
func (c *container) addEndpoint(at engine.Attachment) *endpoint {
	at.Aliases = slices.Clone(at.Aliases)
	ep := &endpoint{network: at.Network, requested: at}
	i, _ := slices.BinarySearchFunc(c.endpoints, at.Network, func(ep *endpoint, name string) int {
		return cmp.Compare(ep.network, name)
	})
	c.endpoints = slices.Insert(c.endpoints, i, ep)
	c.networked = true
	return ep
}

func (c *container) dropEndpoint(ep *endpoint) {
	c.endpoints = slices.DeleteFunc(c.endpoints, func(other *endpoint) bool { return other == ep })
}

// endpoint returns the endpoint on the network with a name; nil if there is none.
func (c *container) endpoint(network string) *endpoint {
	for _, ep := range c.endpoints {
		if ep.network == network {
			return ep
		}
	}
	return nil
}

// isolated reports whether a container was disconnected from all its networks. A
// container that never had one is on the default network, which is not modelled.
func (c *container) isolated() bool { return c.networked && len(c.endpoints) == 0 }
