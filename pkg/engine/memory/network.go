// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"context"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

type network struct {
	id      engine.ID
	name    string
	labels  map[string]string
	driver  string
	subnet  netip.Prefix
	created time.Time
	// members are the addresses of the running containers, by their ID.
	members map[string]netip.Addr
	view    *engine.Object
}

// endpoint is a container's place on a network. Until the container starts, it
// means whatever has the network's name; from then on, that incarnation.
type endpoint struct {
	network   string
	networkID string
	aliases   []string
	address   string
}

// CreateNetwork creates a network.
func (e *Engine) CreateNetwork(ctx context.Context, cfg engine.NetworkConfig) (engine.ID, error) {
	op := Op{Name: "CreateNetwork", Arg: cfg.Name}
	var id engine.ID
	err := e.write(ctx, op, func() (err error) {
		id, err = e.createNetwork(op, cfg)
		return err
	})
	if err != nil {
		return engine.ID{}, err
	}
	return id, nil
}

func (e *Engine) createNetwork(op Op, cfg engine.NetworkConfig) (engine.ID, error) {
	if e.networkNamed(cfg.Name) != nil {
		return engine.ID{}, refuse(op, engine.NameInUse, "network with name %s already exists", cfg.Name)
	}
	if !nameForm.MatchString(cfg.Name) {
		return engine.ID{}, refuse(op, engine.Invalid, "invalid network name %q", cfg.Name)
	}
	subnet, err := e.pool(op, cfg.IPAM)
	if err != nil {
		return engine.ID{}, err
	}
	id, _ := e.newID()
	n := &network{
		id:      engine.ID{Kind: engine.KindNetwork, Value: id},
		name:    cfg.Name,
		labels:  maps.Clone(cfg.Labels),
		driver:  cmp.Or(cfg.Driver, "bridge"),
		subnet:  subnet,
		created: e.opts.Clock(),
		members: map[string]netip.Addr{},
	}
	e.networks[id] = n
	e.noteNetwork(n.created, n, "create")
	return n.id, nil
}

func (e *Engine) removeNetwork(op Op, id engine.ID) error {
	n, ok := e.networks[id.Value]
	if !ok {
		return nil
	}
	if len(n.members) > 0 {
		return refuse(op, engine.InUse, "network %s has active endpoints", n.name)
	}
	delete(e.networks, id.Value)
	e.noteNetwork(e.opts.Clock(), n, "destroy")
	return nil
}

// networkNamed is the network of that name, nil when there is none.
func (e *Engine) networkNamed(name string) *network {
	for _, n := range e.networks {
		if n.name == name {
			return n
		}
	}
	return nil
}

// Connect joins a container to a network.
func (e *Engine) Connect(ctx context.Context, id engine.ID, at engine.Attachment) error {
	op := Op{Name: "Connect", ID: id, Arg: at.Network}
	return e.write(ctx, op, func() error { return e.connect(op, id, at) })
}

func (e *Engine) connect(op Op, id engine.ID, at engine.Attachment) error {
	c, err := e.container(op, id)
	if err != nil {
		return err
	}
	if c.endpoint(at.Network) != nil {
		return nil
	}
	n := e.networkNamed(at.Network)
	if n == nil {
		return refuse(op, engine.NetworkNotFound, "network %s not found", at.Network)
	}
	ep, now := c.addEndpoint(at), e.opts.Clock()
	if !c.running() {
		e.noteMember(now, c, n, "connect")
		return nil
	}
	e.join(now, c, ep, n)
	if len(c.ports) == 0 {
		err = e.bind(op, c)
	}
	if err != nil {
		e.leave(now, c, ep)
		c.dropEndpoint(ep)
	}
	return err
}

// Disconnect takes a container off a network.
func (e *Engine) Disconnect(ctx context.Context, id engine.ID, network string) error {
	op := Op{Name: "Disconnect", ID: id, Arg: network}
	return e.write(ctx, op, func() error { return e.disconnect(op, id, network) })
}

func (e *Engine) disconnect(op Op, id engine.ID, name string) error {
	c, err := e.container(op, id)
	if err != nil {
		return err
	}
	ep := c.endpoint(name)
	if ep == nil {
		return nil
	}
	n := e.networkNamed(name)
	if n == nil {
		return refuse(op, engine.NetworkNotFound, "network %s not found", name)
	}
	ep.networkID = n.id.Value
	e.leave(e.opts.Clock(), c, ep)
	c.dropEndpoint(ep)
	if c.isolated() {
		c.ports = nil
	}
	return nil
}

// joinAll gives a starting container its addresses.
func (e *Engine) joinAll(op Op, now time.Time, c *container) error {
	for _, ep := range c.endpoints {
		n := e.networks[ep.networkID]
		if ep.networkID == "" {
			n = e.networkNamed(ep.network)
		}
		if n == nil {
			e.leaveAll(now, c)
			return refuse(op, engine.NetworkNotFound, "network %s not found", cmp.Or(ep.networkID, ep.network))
		}
		e.join(now, c, ep, n)
	}
	return nil
}

func (e *Engine) join(now time.Time, c *container, ep *endpoint, n *network) {
	addr := n.freeAddress()
	n.members[c.id.Value] = addr
	ep.networkID, ep.address = n.id.Value, addr.String()
	e.noteMember(now, c, n, "connect")
}

func (e *Engine) leaveAll(now time.Time, c *container) {
	for _, ep := range c.endpoints {
		if ep.address != "" {
			e.leave(now, c, ep)
		}
	}
}

// leave gives up an address; the endpoint goes on to mean the same incarnation.
func (e *Engine) leave(now time.Time, c *container, ep *endpoint) {
	ep.address = ""
	if n, ok := e.networks[ep.networkID]; ok {
		delete(n.members, c.id.Value)
		e.noteMember(now, c, n, "disconnect")
	}
}

// addEndpoint adds a place on a network, keeping the order.
func (c *container) addEndpoint(at engine.Attachment) *endpoint {
	ep := &endpoint{network: at.Network, aliases: slices.Clone(at.Aliases)}
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

func (c *container) endpoint(network string) *endpoint {
	for _, ep := range c.endpoints {
		if ep.network == network {
			return ep
		}
	}
	return nil
}

// isolated reports that a container was taken off all its networks. One that
// never had any is on the engine's default one, which is not modelled.
func (c *container) isolated() bool { return c.networked && len(c.endpoints) == 0 }

func (e *Engine) noteNetwork(now time.Time, n *network, action string) {
	n.view = nil
	e.changed()
	e.emit(now, n.id, action, nil)
}

// noteMember tells of a network and of the container whose place on it changed.
func (e *Engine) noteMember(now time.Time, c *container, n *network, action string) {
	e.noteNetwork(now, n, action)
	c.view = nil
	e.emit(now, c.id, action, nil)
}
