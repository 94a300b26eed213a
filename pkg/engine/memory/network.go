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
	// members holds the addresses of the running containers by their IDs.
	members map[string]addresses
	view    *engine.Object
}

// networks holds the networks and the addresses of their members.
type networks struct {
	*shared
	byID map[string]*network
}

// CreateNetwork creates a network; see engine.Writer.
func (e *Engine) CreateNetwork(ctx context.Context, cfg engine.NetworkConfig) (engine.ID, error) {
	op := Op{Name: "CreateNetwork", Arg: cfg.Name}
	var id engine.ID
	err := e.write(ctx, op, func() (err error) {
		id, err = e.networks.create(op, cfg)
		return err
	})
	if err != nil {
		return engine.ID{}, err
	}
	return id, nil
}

func (ns *networks) create(op Op, cfg engine.NetworkConfig) (engine.ID, error) {
	if ns.byName(cfg.Name) != nil {
		return engine.ID{}, refuse(op, engine.NameInUse, "network with name %s already exists", cfg.Name)
	}
	if !namePattern.MatchString(cfg.Name) {
		return engine.ID{}, refuse(op, engine.Invalid, "invalid network name %q", cfg.Name)
	}
	subnet, err := ns.subnetFor(op, cfg.IPAM)
	if err != nil {
		return engine.ID{}, err
	}
	subnet6, err := subnet6For(op, cfg)
	if err != nil {
		return engine.ID{}, err
	}
	id, _ := ns.newID()
	n := &network{
		id:      engine.ID{Kind: engine.KindNetwork, Value: id},
		name:    cfg.Name,
		labels:  maps.Clone(cfg.Labels),
		cfg:     cloneNetworkConfig(cfg),
		subnet:  subnet,
		subnet6: subnet6,
		created: ns.clock(),
		members: map[string]addresses{},
	}
	ns.byID[id] = n
	ns.recordChange(n.created, n, "create")
	return n.id, nil
}

func (ns *networks) remove(op Op, id engine.ID) error {
	n, ok := ns.byID[id.Value]
	if !ok {
		return nil
	}
	if len(n.members) > 0 {
		return refuse(op, engine.InUse, "network %s has active endpoints", n.name)
	}
	delete(ns.byID, id.Value)
	ns.recordChange(ns.clock(), n, "destroy")
	return nil
}

// byName returns the network with a name; nil if there is none.
func (ns *networks) byName(name string) *network {
	for _, n := range ns.byID {
		if n.name == name {
			return n
		}
	}
	return nil
}

// attachAll assigns addresses to a container that starts.
func (ns *networks) attachAll(op Op, now time.Time, c *container) error {
	for _, ep := range c.endpoints {
		n := ns.byID[ep.networkID]
		if ep.networkID == "" {
			n = ns.byName(ep.network)
		}
		if n == nil {
			ns.detachAll(now, c)
			return refuse(op, engine.NetworkNotFound, "network %s not found", cmp.Or(ep.networkID, ep.network))
		}
		if err := ns.attach(op, now, c, ep, n); err != nil {
			ns.detachAll(now, c)
			return err
		}
	}
	return nil
}

// attach assigns addresses on one network to a container.
func (ns *networks) attach(op Op, now time.Time, c *container, ep *endpoint, n *network) error {
	assigned, err := n.assign(op, ep.requested)
	if err != nil {
		return err
	}
	n.members[c.id.Value] = assigned
	ep.networkID, ep.assigned = n.id.Value, assigned
	ns.recordMember(now, c, n, "connect")
	return nil
}

// detachAll releases all addresses of a container.
func (ns *networks) detachAll(now time.Time, c *container) {
	for _, ep := range c.endpoints {
		if ep.assigned.v4.IsValid() {
			ns.detach(now, c, ep)
		}
	}
}

// detach releases the addresses of an endpoint, which stays bound to the same
// incarnation of the network.
func (ns *networks) detach(now time.Time, c *container, ep *endpoint) {
	ep.assigned = addresses{}
	if n, ok := ns.byID[ep.networkID]; ok {
		delete(n.members, c.id.Value)
		ns.recordMember(now, c, n, "disconnect")
	}
}

// recordChange drops the cached view of a network and emits an event.
func (ns *networks) recordChange(now time.Time, n *network, action string) {
	n.view = nil
	ns.invalidate()
	ns.emit(now, n.id, action, nil)
}

// recordMember records a change of a container's endpoint on a network: it emits
// an event for each of them.
func (ns *networks) recordMember(now time.Time, c *container, n *network, action string) {
	ns.recordChange(now, n, action)
	c.view = nil
	ns.emit(now, c.id, action, nil)
}

func cloneNetworkConfig(cfg engine.NetworkConfig) engine.NetworkConfig {
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

// observe returns the network as an inspection reports it: with the pool that the
// engine chose if the configuration has none.
func (n *network) observe() *engine.Network {
	ipam := *cloneNetworkConfig(n.cfg).IPAM
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
