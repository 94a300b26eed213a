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
	cfg     engine.NetworkConfig
	subnet  netip.Prefix
	subnet6 netip.Prefix // invalid without IPv6
	created time.Time
	// members are the addresses of the running containers, by their ID.
	members map[string]addresses
	view    *engine.Object
}

// endpoint is a container's place on a network. Until the container starts, it
// means whatever has the network's name; from then on, that incarnation.
type endpoint struct {
	network   string
	networkID string
	asked     engine.Attachment
	has       addresses // zero while the container does not run
}

// attachment is an endpoint as an inspection tells it.
func (ep *endpoint) attachment() engine.Attachment {
	out := ep.asked
	out.NetworkID, out.Network = ep.networkID, ep.network
	out.Aliases = slices.Clone(out.Aliases)
	out.IPAddress, out.IPv6, out.MAC = "", "", ""
	if ep.has.v4.IsValid() {
		out.IPAddress = ep.has.v4.String()
		out.MAC = cmp.Or(out.MACAddress, macOf(ep.has.v4))
	}
	if ep.has.v6.IsValid() {
		out.IPv6 = ep.has.v6.String()
	}
	return out
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
	subnet6, err := pool6(op, cfg)
	if err != nil {
		return engine.ID{}, err
	}
	id, _ := e.newID()
	n := &network{
		id:      engine.ID{Kind: engine.KindNetwork, Value: id},
		name:    cfg.Name,
		labels:  maps.Clone(cfg.Labels),
		cfg:     cloneNetwork(cfg),
		subnet:  subnet,
		subnet6: subnet6,
		created: e.opts.Clock(),
		members: map[string]addresses{},
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
	if err = e.join(op, now, c, ep, n); err == nil && len(c.ports) == 0 {
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
		if err := e.join(op, now, c, ep, n); err != nil {
			e.leaveAll(now, c)
			return err
		}
	}
	return nil
}

func (e *Engine) join(op Op, now time.Time, c *container, ep *endpoint, n *network) error {
	has, err := n.assign(op, ep.asked)
	if err != nil {
		return err
	}
	n.members[c.id.Value] = has
	ep.networkID, ep.has = n.id.Value, has
	e.noteMember(now, c, n, "connect")
	return nil
}

func (e *Engine) leaveAll(now time.Time, c *container) {
	for _, ep := range c.endpoints {
		if ep.has.v4.IsValid() {
			e.leave(now, c, ep)
		}
	}
}

// leave gives up an address; the endpoint goes on to mean the same incarnation.
func (e *Engine) leave(now time.Time, c *container, ep *endpoint) {
	ep.has = addresses{}
	if n, ok := e.networks[ep.networkID]; ok {
		delete(n.members, c.id.Value)
		e.noteMember(now, c, n, "disconnect")
	}
}

// addEndpoint adds a place on a network, keeping the order.
func (c *container) addEndpoint(at engine.Attachment) *endpoint {
	at.Aliases = slices.Clone(at.Aliases)
	ep := &endpoint{network: at.Network, asked: at}
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

func cloneNetwork(cfg engine.NetworkConfig) engine.NetworkConfig {
	cfg.Labels = nil
	cfg.Driver = cmp.Or(cfg.Driver, "bridge")
	cfg.DriverOpts = maps.Clone(cfg.DriverOpts)
	ipam := engine.IPAM{}
	if cfg.IPAM != nil {
		ipam = *cfg.IPAM
	}
	ipam.Driver = cmp.Or(ipam.Driver, "default")
	ipam.Options = maps.Clone(ipam.Options)
	ipam.Pools = slices.Clone(ipam.Pools)
	for i, p := range ipam.Pools {
		ipam.Pools[i].AuxAddresses = maps.Clone(p.AuxAddresses)
	}
	cfg.IPAM = &ipam
	return cfg
}

// observe is a network as an inspection tells it: with the pool that the engine
// chose where none was asked for.
func (n *network) observe() *engine.Network {
	ipam := *cloneNetwork(n.cfg).IPAM
	if len(ipam.Pools) == 0 {
		ipam.Pools = []engine.IPAMPool{{Subnet: n.subnet.String(), Gateway: n.subnet.Addr().Next().String()}}
	}
	return &engine.Network{
		Driver:     n.cfg.Driver,
		DriverOpts: maps.Clone(n.cfg.DriverOpts),
		Internal:   n.cfg.Internal,
		Attachable: n.cfg.Attachable,
		EnableIPv6: n.cfg.EnableIPv6,
		IPAM:       ipam,
		Containers: slices.Sorted(maps.Keys(n.members)),
	}
}
